import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { access } from "../../platform/access.ts";
import { json, problems } from "../../platform/contract.ts";
import { within } from "../../platform/deadline.ts";
import { AppError, keyReused } from "../../platform/errors.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { pageAnswer } from "../../platform/page.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { requestDeadlineMs } from "./attempt.ts";
import { type Booking, horizonMs, type IntervalFault, lengthMaxMs } from "./booking.ts";
import { cancelBooking } from "./cancel-booking.ts";
import {
  bookingListQuery,
  bookingPage,
  bookingParams,
  bookingView,
  idempotencyHeader,
  newBooking,
} from "./contract.ts";
import { createBooking } from "./create-booking.ts";
import { unknownOutcome } from "./decide-attempt.ts";
import type { BookingDeps, StoredAnswer } from "./ports.ts";

const everywhere = ["unauthenticated", "not_found"] as const;
const faults = ["unavailable", "outcome_unknown"] as const;
const dayMs = 86_400_000;

const create = createRoute({
  ...access.session,
  method: "post",
  path: "/v1/bookings",
  tags: ["bookings"],
  summary: "Book a room",
  description:
    "Never double: of all who want the same place at the same time, one gets it and the others get 409.",
  request: { headers: idempotencyHeader, body: { required: true, content: json(newBooking) } },
  responses: {
    201: { description: "Booked.", content: json(bookingView) },
    ...problems("invalid_request", "malformed_body", "idempotency_key_missing", "idempotency_key_reused"),
    ...problems("slot_taken", "idempotency_in_flight", ...everywhere, ...faults),
  },
});

const list = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/bookings",
  tags: ["bookings"],
  summary: "List bookings",
  description: 'In order of their start. `Link: rel="next"` leads to the next page.',
  request: { query: bookingListQuery },
  responses: {
    200: { description: "A page.", content: json(bookingPage) },
    ...problems("invalid_request", ...everywhere),
  },
});

const show = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/bookings/{booking_id}",
  tags: ["bookings"],
  summary: "Show a booking",
  request: { params: bookingParams },
  responses: { 200: { description: "The booking.", content: json(bookingView) }, ...problems(...everywhere) },
});

const cancel = createRoute({
  ...access.session,
  method: "post",
  path: "/v1/bookings/{booking_id}/cancel",
  tags: ["bookings"],
  summary: "Cancel a booking",
  description: "Repeating it is harmless.",
  request: { params: bookingParams },
  responses: {
    200: { description: "The booking, cancelled.", content: json(bookingView) },
    ...problems("not_cancellable", "version_conflict", ...everywhere, ...faults),
  },
});

export function bookingRoutes(deps: BookingDeps) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });

  app.openapi(create, async (c) => {
    const { room_id, from, to, customer } = c.req.valid("json");
    const { idempotency: key, tenant, session } = c.var;
    const wish = {
      tenantId: tenant.id,
      roomId: room_id,
      from: Date.parse(from),
      to: Date.parse(to),
      customer,
      actor: session.userId,
      key,
    };
    const made = await story(c, (keepAlive) => createBooking(deps, wish, answerOf, keepAlive));
    if (made.outcome !== "created") throw refusal(made);
    return c.json(onWire(made.booking), 201, { Location: pathOf(made.booking) });
  });

  app.openapi(list, async (c) => {
    const { room_id: room, from, to, status, limit, cursor } = c.req.valid("query");
    const at = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));
    const filter = { room, status, from: at(from), to: at(to) };
    const page = await deps.bookings.list(c.get("tenant").id, filter, { limit, cursor });
    const { fields, headers } = pageAnswer(c.req.url, page, onWire);
    return c.json(fields, 200, headers);
  });

  app.openapi(show, async (c) => {
    const booking = await deps.bookings.byId(c.get("tenant").id, c.req.valid("param").booking_id);
    if (!booking) throw noBooking();
    return c.json(onWire(booking), 200);
  });

  app.openapi(cancel, async (c) => {
    const wish = {
      tenantId: c.get("tenant").id,
      booking: c.req.valid("param").booking_id,
      actor: c.get("session").userId,
    };
    const done = await story(c, (keepAlive) => cancelBooking(deps, wish, keepAlive));
    if (done.outcome === "cancelled") return c.json(onWire(done.booking), 200);
    if (done.outcome === "no_booking") throw noBooking();
    if (done.outcome === "over") throw new AppError("not_cancellable", "The booking's time is over.");
    throw new AppError("version_conflict", "The booking was changed meanwhile; read it again.");
  });

  return app;
}

/** A client that goes away cannot cut the story, and it waits no longer than the deadline. */
async function story<T>(
  c: Context<HttpEnv>,
  tell: (keepAlive: (work: Promise<unknown>) => void) => Promise<T>,
): Promise<T> {
  const told = tell((work) => c.executionCtx.waitUntil(work));
  c.executionCtx.waitUntil(told.catch(() => {}));
  return await within(told, requestDeadlineMs, () => {
    throw unknownOutcome();
  });
}

type Refused = Exclude<Awaited<ReturnType<typeof createBooking>>, { outcome: "created" }>;

function refusal(made: Refused): AppError {
  if (made.outcome === "invalid") return invalid(made.fault);
  if (made.outcome === "taken")
    return new AppError("slot_taken", "The room is taken in this time; ask its availability.");
  if (made.outcome === "key_reused") return keyReused();
  if (made.outcome === "in_flight") {
    return new AppError(
      "idempotency_in_flight",
      "The first request with this key is still on its way; ask again.",
      {
        headers: { "Retry-After": "1" },
      },
    );
  }
  return new AppError("not_found", "There is no such room.");
}

const faultDetails: Record<IntervalFault, { pointer: string; detail: string }> = {
  order: { pointer: "#/to", detail: "must be after from" },
  length: { pointer: "#/to", detail: `must be at most ${lengthMaxMs / dayMs} days after from` },
  past: { pointer: "#/from", detail: "must not be in the past" },
  horizon: { pointer: "#/to", detail: `must be within ${horizonMs / dayMs} days from now` },
};

const invalid = (fault: IntervalFault) =>
  new AppError("invalid_request", "The time does not fit; see errors.", { errors: [faultDetails[fault]] });

const noBooking = () => new AppError("not_found", "There is no such booking.");

const pathOf = (booking: Booking) => `/v1/bookings/${booking.id}`;

const answerOf = (booking: Booking): StoredAnswer => ({
  status: 201,
  body: JSON.stringify(onWire(booking)),
  location: pathOf(booking),
});

const onWire = (booking: Booking) => ({
  id: booking.id as string,
  room_id: booking.roomId,
  from: new Date(booking.from).toISOString(),
  to: new Date(booking.to).toISOString(),
  customer: { name: booking.customer.name, email: booking.customer.email },
  status: booking.status,
  version: booking.version,
  created_at: new Date(booking.createdAt).toISOString(),
});
