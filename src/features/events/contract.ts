import { z } from "@hono/zod-openapi";
import { pageQuery } from "../../platform/contract.ts";

export const activityQuery = pageQuery;

const eventType = z.string().openapi({ example: "booking.created" });

export const activityView = z
  .object({
    items: z.array(
      z.object({
        type: eventType,
        booking_id: z.string().openapi({ example: "booking_01m7ymknwbe8h9nmzv6sj1ryhy" }),
        room_id: z.string().openapi({ example: "room_01m7ymknwbe8h9nmzv6sj1ryhy" }),
        at: z.iso.datetime(),
      }),
    ),
    days: z.array(z.object({ day: z.iso.date(), type: eventType, events: z.int() })),
    next_cursor: z.string().optional(),
  })
  .openapi("Activity");
