import { z } from "@hono/zod-openapi";
import { displayName, instant, pageQuery } from "../../platform/contract.ts";

const name = displayName(80).openapi({ example: "Blue Room" });
const capacity = z
  .int("must be a whole number from 1 to 1000")
  .min(1, "must be at least 1")
  .max(1000, "must be at most 1000")
  .openapi({ example: 8, description: "People that fit in." });

export const newRoom = z.strictObject({ name, capacity }).openapi("NewRoom");

export const roomChange = z
  .strictObject({ name: name.optional(), capacity: capacity.optional() })
  .refine((change) => Object.keys(change).length > 0, "must name at least one field to change")
  .openapi("RoomChange");

export const roomParams = z.object({
  room_id: z
    .string()
    .regex(/^room_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
    .openapi({ example: "room_01m7ymknwbe8h9nmzv6sj1ryhy" }),
});

export const roomView = z
  .object({
    id: z.string().openapi({ example: "room_01m7ymknwbe8h9nmzv6sj1ryhy" }),
    name,
    capacity,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("Room");

export const roomPage = z
  .object({ items: z.array(roomView), next_cursor: z.string().optional() })
  .openapi("RoomPage");

export const roomListQuery = pageQuery;

export const ifMatch = z.object({
  "if-match": z
    .string()
    .regex(/^"\d{1,15}"$|^\*$/, 'must be one ETag as it was received, such as "3"')
    .optional()
    .openapi({ example: '"3"', description: "Change only if the room is still at this ETag." }),
});

export const ifNoneMatch = z.object({
  "if-none-match": z
    .string()
    .max(1000, "must have at most 1000 characters")
    .optional()
    .openapi({ example: '"3"', description: "Answer 304 without a body if the room is still at this ETag." }),
});

export const availabilityQuery = z.strictObject({ from: instant, to: instant });

const interval = z.object({ from: z.iso.datetime(), to: z.iso.datetime() });

export const availabilityView = z
  .object({ from: z.iso.datetime(), to: z.iso.datetime(), busy: z.array(interval), free: z.array(interval) })
  .openapi("Availability");
