import { type ActiveSpan, span } from "../../../telemetry/kit/index.ts";
import type { IdempotencyKey } from "../../platform/http.ts";
import type { Booking, Customer, IntervalFault } from "./booking.ts";
import { faultOf } from "./booking.ts";
import { abandonAttempt, decideAttempt, type KeepAlive, notDone, unknownOutcome } from "./decide-attempt.ts";
import type { BookingDeps, HoldReply, StoredAnswer } from "./ports.ts";

export type NewBooking = {
  readonly tenantId: string;
  readonly roomId: string;
  readonly from: number;
  readonly to: number;
  readonly customer: Customer;
  /** The user who books. */
  readonly actor: string;
  readonly key: IdempotencyKey;
};

export type Created =
  | { readonly outcome: "created"; readonly booking: Booking }
  | { readonly outcome: "invalid"; readonly fault: IntervalFault }
  | { readonly outcome: "no_room" | "taken" | "in_flight" | "key_reused" };

/**
 * Holds the place, decides in D1, lets the calendar obey.
 * From the hold on it must run to its end: give the promise to `keepAlive` as well.
 *
 * @param answer  what the key stands for from now on, written in the deciding batch
 */
export function createBooking(
  deps: BookingDeps,
  wish: NewBooking,
  answer: (booking: Booking) => StoredAnswer,
  keepAlive: KeepAlive,
): Promise<Created> {
  const attributes = { "frontdesk.room.id": wish.roomId, "frontdesk.attempt.id": wish.key.attempt };
  return span("booking.create", attributes, async (active) => {
    const created = await tell(deps, wish, answer, keepAlive, active);
    active.annotate({ "frontdesk.outcome": created.outcome });
    return created;
  });
}

async function tell(
  deps: BookingDeps,
  wish: NewBooking,
  answer: (booking: Booking) => StoredAnswer,
  keepAlive: KeepAlive,
  active: ActiveSpan<"booking.create">,
): Promise<Created> {
  const { tenantId, roomId, from, to, customer, actor, key } = wish;
  const fault = faultOf(wish, deps.clock());
  if (fault) return { outcome: "invalid", fault };
  const room = { tenantId, roomId };
  if (!(await deps.roomExists(room))) return { outcome: "no_room" };

  const held = await hold(deps, wish);
  if (held.outcome !== "held") return { outcome: held.outcome === "mismatch" ? "key_reused" : held.outcome };

  const id = held.booking as Booking["id"];
  const booking: Booking = {
    id,
    ...room,
    from,
    to,
    customer,
    status: "confirmed",
    version: 1,
    createdAt: deps.clock(),
  };
  const run = () => deps.bookings.commitCreate(key.attempt, booking, actor, key, answer(booking));
  const decided = await decideAttempt(
    deps,
    { attempt: key.attempt, room, booking: id },
    run,
    booking,
    keepAlive,
  );
  if (decided.outcome === "aborted" && decided.end === "overlap") return { outcome: "taken" };
  if (decided.outcome === "aborted") throw notDone();
  // Another request with this key was first; what the key stands for is said by the middleware.
  if (decided.booking.id !== id) return { outcome: "key_reused" };
  active.annotate({ "frontdesk.booking.id": id });
  // Refused though committed: another request with this key made the booking, and named it.
  if (decided.end !== "refused") active.annotate({ "frontdesk.event.name": "booking.created" });
  return { outcome: "created", booking: decided.booking };
}

async function hold(deps: BookingDeps, { tenantId, roomId, from, to, key }: NewBooking): Promise<HoldReply> {
  const { attempt, fingerprint, aborted } = key;
  const booking = deps.ids("booking");
  const wanted = { attempt, booking, kind: "create" as const, place: { from, to }, fingerprint, aborted };
  try {
    return await deps.calendar.hold({ tenantId, roomId }, wanted);
  } catch (cause) {
    throw (await abandonAttempt(deps, { attempt, booking, tenantId }))
      ? notDone(cause)
      : unknownOutcome(cause);
  }
}
