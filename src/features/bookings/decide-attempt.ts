import { capture } from "../../../telemetry/kit/index.ts";
import { AppError } from "../../platform/errors.ts";
import { type Settlement, settlementOf } from "./attempt.ts";
import type { Booking } from "./booking.ts";
import type { AskedAttempt, BatchEnd, BookingDeps, Decision, RoomRef } from "./ports.ts";

/** Keeps work alive after the answer: `ctx.waitUntil`. */
export type KeepAlive = (work: Promise<unknown>) => void;
export type Decided = Decision & { readonly end: BatchEnd };

type Attempt = { readonly attempt: string; readonly room: RoomRef; readonly booking: string };

/**
 * Runs a deciding batch, finds out how it ended, and lets the calendar obey.
 * Whatever did not plainly commit is asked of the deciding row, never guessed.
 *
 * @param after  the booking as the batch leaves it
 * @returns the decision, which may be of another booking: a request with the same key was first
 * @throws AppError `outcome_unknown` when the row cannot be asked; the alarm of the calendar will
 */
export async function decideAttempt(
  deps: BookingDeps,
  { attempt, room, booking }: Attempt,
  run: () => Promise<BatchEnd>,
  after: Booking,
  keepAlive: KeepAlive,
): Promise<Decided> {
  const end = await run();
  const asked = { attempt, booking, tenantId: room.tenantId };
  const decision: Decision =
    end === "committed" ? { outcome: "committed", booking: after } : await ask(deps, asked);
  const settlement = settlementOf(attempt, booking, room.roomId, decision);
  const isApplied = await obey(deps, room, settlement);
  if (settlement.outcome === "committed") keepAlive(afterwards(deps, attempt, isApplied));
  return { ...decision, end };
}

async function ask(deps: BookingDeps, asked: AskedAttempt): Promise<Decision> {
  try {
    return await deps.bookings.resolve(asked);
  } catch (cause) {
    throw unknownOutcome(cause);
  }
}

/**
 * Ends an attempt whose hold may or may not have arrived, so that a retry need not wait for the alarm.
 *
 * @returns whether it is known to be aborted; requests with the same key share an attempt, so it may be committed
 */
export async function abandonAttempt(deps: BookingDeps, asked: AskedAttempt): Promise<boolean> {
  try {
    return (await deps.bookings.resolve(asked)).outcome === "aborted";
  } catch (error) {
    capture(error, { "frontdesk.module": "bookings" });
    return false;
  }
}

/** A calendar that cannot be reached now is brought up to date by its alarm, else by cron: the decision stands. */
async function obey(deps: BookingDeps, room: RoomRef, settlement: Settlement): Promise<boolean> {
  try {
    await deps.calendar.apply(room, settlement);
    return true;
  } catch (error) {
    capture(error, { "frontdesk.module": "bookings", "frontdesk.attempt.id": settlement.attempt });
    return false;
  }
}

async function afterwards(deps: BookingDeps, attempt: string, isApplied: boolean): Promise<void> {
  const works = [deps.relay(), ...(isApplied ? [deps.bookings.markApplied(attempt)] : [])];
  for (const work of await Promise.allSettled(works))
    if (work.status === "rejected") capture(work.reason, { "frontdesk.module": "bookings" });
}

export const unknownOutcome = (cause?: unknown): AppError =>
  new AppError("outcome_unknown", "The outcome is not known yet; send the same request again to learn it.", {
    cause,
  });

export const notDone = (cause?: unknown): AppError =>
  new AppError("unavailable", "Nothing was changed; send the same request again.", { cause });
