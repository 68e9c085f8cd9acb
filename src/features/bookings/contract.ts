import { z } from "@hono/zod-openapi";
import { displayName, instant, pageQuery } from "../../platform/contract.ts";

const bookingId = { example: "booking_01m7ymknwbe8h9nmzv6sj1ryhy" };
const roomId = z
  .string()
  .regex(/^room_[0-7][0-9a-hjkmnp-tv-z]{25}$/, "must be the id of a room")
  .openapi({ example: "room_01m7ymknwbe8h9nmzv6sj1ryhy" });
const status = z.enum(["confirmed", "cancelled"]);

const customer = z
  .strictObject({
    name: displayName(120),
    email: z.email("must be an e-mail address").max(254, "must have at most 254 characters"),
  })
  .openapi({ example: { name: "Ada Lovelace", email: "ada@example.com" } });

export const newBooking = z
  .strictObject({ room_id: roomId, from: instant, to: instant, customer })
  .openapi("NewBooking", { description: "Half-open: the room is taken from `from` until just before `to`." });

export const idempotencyHeader = z.object({
  "idempotency-key": z.string().openapi({
    example: '"b1946ac92492d234"',
    description: "New for each booking, the same for each retry. Kept for 24 hours.",
  }),
});

export const bookingParams = z.object({
  booking_id: z
    .string()
    .regex(/^booking_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
    .openapi(bookingId),
});

export const bookingView = z
  .object({
    id: z.string().openapi(bookingId),
    room_id: z.string(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    customer: z.object({ name: z.string(), email: z.string() }),
    status,
    version: z.int(),
    created_at: z.iso.datetime(),
  })
  .openapi("Booking");

export const bookingListQuery = pageQuery.extend({
  room_id: roomId.optional(),
  from: instant.optional().openapi({ description: "Bookings that end after this." }),
  to: instant.optional().openapi({ description: "Bookings that start before this." }),
  status: status.optional(),
});

export const bookingPage = z
  .object({ items: z.array(bookingView), next_cursor: z.string().optional() })
  .openapi("BookingPage");
