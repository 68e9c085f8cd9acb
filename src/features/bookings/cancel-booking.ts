import { type ActiveSpan, span } from "../../../telemetry/kit/index.ts";
import { type Booking, isCancellable } from "./booking.ts";
import { abandonAttempt, decideAttempt, type KeepAlive, notDone } from "./decide-attempt.ts";
import type { BookingDeps } from "./ports.ts";

export type Cancelled =
  /** Also when it was cancelled before: a client that lost the answer may ask again. */
  | { readonly outcome: "cancelled"; readonly booking: Booking }
  | { readonly outcome: "no_booking" | "over" | "changed" };

/** Announces the attempt to the calendar, decides on the version that was seen, lets the calendar obey. */
export function cancelBooking(
  deps: BookingDeps,
  wish: { readonly tenantId: string; readonly booking: string; readonly actor: string },
  keepAlive: KeepAlive,
): Promise<Cancelled> {
  return span("booking.cancel", { "frontdesk.booking.id": wish.booking }, async (active) => {
    const seen = await deps.bookings.byId(wish.tenantId, wish.booking);
    const cancelled = await tell(deps, seen, wish.actor, keepAlive, active);
    active.annotate({ "frontdesk.outcome": cancelled.outcome });
    return cancelled;
  });
}

async function tell(
  deps: BookingDeps,
  seen: Booking | undefined,
  actor: string,
  keepAlive: KeepAlive,
  active: ActiveSpan<"booking.cancel">,
): Promise<Cancelled> {
  if (!seen) return { outcome: "no_booking" };
  if (seen.status === "cancelled") return { outcome: "cancelled", booking: seen };
  if (!isCancellable(seen, deps.clock())) return { outcome: "over" };

  const attempt = deps.ids("attempt");
  const room = { tenantId: seen.tenantId, roomId: seen.roomId };
  active.annotate({ "frontdesk.room.id": room.roomId, "frontdesk.attempt.id": attempt });
  await announce(deps, room, attempt, seen.id);

  const after: Booking = { ...seen, status: "cancelled", version: seen.version + 1 };
  const run = () => deps.bookings.commitCancel(attempt, seen, actor);
  const decided = await decideAttempt(deps, { attempt, room, booking: seen.id }, run, after, keepAlive);
  if (decided.outcome === "committed") {
    active.annotate({ "frontdesk.event.name": "booking.cancelled" });
    return { outcome: "cancelled", booking: decided.booking };
  }
  if (decided.end !== "refused") throw notDone();
  const now = await deps.bookings.byId(seen.tenantId, seen.id);
  if (now?.version === seen.version) throw notDone();
  return now?.status === "cancelled" ? { outcome: "cancelled", booking: now } : { outcome: "changed" };
}

async function announce(
  deps: BookingDeps,
  room: { tenantId: string; roomId: string },
  attempt: string,
  booking: string,
) {
  try {
    await deps.calendar.intend(room, {
      attempt,
      booking,
      kind: "cancel",
      place: null,
      fingerprint: "",
      aborted: [],
    });
  } catch (cause) {
    await abandonAttempt(deps, { attempt, booking, tenantId: room.tenantId });
    // No other request shares this attempt, so without a batch nothing can have changed.
    throw notDone(cause);
  }
}
