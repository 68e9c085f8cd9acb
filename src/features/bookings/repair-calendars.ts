import { capture } from "../../../telemetry/kit/index.ts";
import { settlementOf } from "./attempt.ts";
import type { BookingDeps } from "./ports.ts";

/** Time that a request and the first tries of an alarm have to do it themselves. */
export const repairAfterMs = 60_000;
const repairsPerRun = 50;

/**
 * Tells calendars once more what was decided, for the case that an alarm was lost with its object.
 * Of more than one run can do it takes those that wait longest; one that fails goes behind the others.
 *
 * @returns how many attempts stay unrepaired, tried or not
 */
export async function repairCalendars(
  deps: Pick<BookingDeps, "bookings" | "calendar" | "clock">,
): Promise<number> {
  const before = deps.clock() - repairAfterMs;
  for (const { attempt, booking } of await deps.bookings.unapplied(before, repairsPerRun)) {
    const room = { tenantId: booking.tenantId, roomId: booking.roomId };
    try {
      await deps.calendar.apply(
        room,
        settlementOf(attempt, booking.id, room.roomId, { outcome: "committed", booking }),
      );
      await deps.bookings.markApplied(attempt);
    } catch (error) {
      capture(error, { "frontdesk.module": "bookings", "frontdesk.attempt.id": attempt });
      await deps.bookings.putBack(attempt);
    }
  }
  return await deps.bookings.countUnapplied(before);
}
