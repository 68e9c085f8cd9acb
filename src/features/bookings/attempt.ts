import { type Booking, type Interval, overlaps, placementIn } from "./booking.ts";

/**
 * The protocol of one room's calendar as data: facts in, changes out; no clock, no storage.
 * The Durable Object runs it over SQLite, the model in test/pure/bookings over plain objects.
 */

/** Longest time a client waits. Past it the answer is "not known yet, ask again with the same key". */
export const requestDeadlineMs = 10_000;
/** Longer than the request's deadline, so that an alarm rarely aborts a request that is still alive; equal to what `waitUntil` grants after the response. */
export const holdLifeMs = 30_000;
const retryFirstMs = 1_000;
const retryMaxMs = 60_000;

export type AttemptKind = "create" | "cancel" | "move-in" | "move-out";

/** What a room knows of an attempt that is not yet decided, as far as the room knows. */
export type Intent = {
  readonly attempt: string;
  readonly booking: string;
  readonly kind: AttemptKind;
  /** The place that is held; null when the attempt only frees one. */
  readonly place: Interval | null;
  /** Digest of the request, so that one key cannot stand for two requests. */
  readonly fingerprint: string;
  readonly heldAt: number;
  readonly dueAt: number;
  readonly tries: number;
};

export type Wanted = Pick<Intent, "attempt" | "booking" | "kind" | "place" | "fingerprint"> & {
  /** Earlier attempts of the same request that D1 has decided to be aborted: their holds are dropped here. */
  readonly aborted: readonly string[];
};

/** An interval that is blocked, by a placement or by the hold of an attempt. */
export type Blocked = Interval & { readonly booking: string; readonly attempt: string | null };

export type Change =
  | { readonly kind: "put-intent"; readonly intent: Intent }
  | { readonly kind: "drop-intent"; readonly attempt: string }
  | {
      readonly kind: "set-booking";
      readonly booking: string;
      readonly version: number;
      readonly place: Interval | null;
    };

export type IntentVerdict =
  | { readonly outcome: "held"; readonly booking: string; readonly changes: readonly Change[] }
  | { readonly outcome: "taken" | "in_flight" | "mismatch"; readonly changes: readonly Change[] };

/** What D1 decided about an attempt; `place` is the booking's current place in this very room. */
export type Settlement = { readonly attempt: string; readonly booking: string } & (
  | { readonly outcome: "aborted" }
  | { readonly outcome: "committed"; readonly version: number; readonly place: Interval | null }
);

type Decided =
  | { readonly outcome: "aborted" }
  | {
      readonly outcome: "committed";
      readonly booking: Pick<Booking, "roomId" | "status" | "from" | "to" | "version"> & {
        readonly id: string;
      };
    };

/**
 * What a room that holds an attempt for `booking` must be told of the decision.
 * Requests that race with one key share their attempt, and it can be won for one booking only: to the others it is aborted.
 */
export function settlementOf(
  attempt: string,
  booking: string,
  roomId: string,
  decision: Decided,
): Settlement {
  if (decision.outcome === "aborted" || decision.booking.id !== booking)
    return { attempt, booking, outcome: "aborted" };
  const { version } = decision.booking;
  return { attempt, booking, outcome: "committed", version, place: placementIn(roomId, decision.booking) };
}

/**
 * Judges a wish to change the calendar. The booking's own intervals never stand in its way.
 * A retry meets its own hold and goes on with it, once the first request can no longer be waiting.
 */
export function intend(
  wanted: Wanted,
  facts: { readonly own: Intent | undefined; readonly blocked: Iterable<Blocked> },
  now: number,
): IntentVerdict {
  const changes: Change[] = wanted.aborted.map((attempt) => ({ kind: "drop-intent", attempt }));
  const { own } = facts;
  if (own && own.fingerprint !== wanted.fingerprint) return { outcome: "mismatch", changes };
  if (own && now < own.heldAt + requestDeadlineMs) return { outcome: "in_flight", changes };
  const { aborted, ...rest } = wanted;
  const booking = own?.booking ?? wanted.booking;
  if (!own && wanted.place && isTaken(wanted, wanted.place, facts.blocked))
    return { outcome: "taken", changes };
  const place = own ? own.place : wanted.place;
  changes.push({
    kind: "put-intent",
    intent: { ...rest, booking, place, heldAt: now, dueAt: now + holdLifeMs, tries: 0 },
  });
  return { outcome: "held", booking, changes };
}

function isTaken(wanted: Wanted, place: Interval, blocked: Iterable<Blocked>): boolean {
  for (const rival of blocked) {
    const isOwn =
      rival.booking === wanted.booking || (rival.attempt !== null && wanted.aborted.includes(rival.attempt));
    if (!isOwn && overlaps(place, rival)) return true;
  }
  return false;
}

/**
 * Obeys a decision, monotonically: news that is not newer than what the room knows of the booking only ends that attempt's hold.
 * Without the version a late apply of an older move would free the newer place.
 *
 * @param knownVersion  highest version applied for the booking in this room; 0 when none
 */
export function settle(settlement: Settlement, knownVersion: number): readonly Change[] {
  const drop: Change = { kind: "drop-intent", attempt: settlement.attempt };
  if (settlement.outcome === "aborted" || settlement.version <= knownVersion) return [drop];
  const { booking, version, place } = settlement;
  return [drop, { kind: "set-booking", booking, version, place }];
}

/** The next try to obey a decision; the first wait is short, the longest a minute, so that a long outage of D1 is outlived. */
export function postpone(intent: Intent, now: number): Intent {
  const delayMs = Math.min(retryMaxMs, retryFirstMs * 2 ** intent.tries);
  return { ...intent, tries: intent.tries + 1, dueAt: now + delayMs };
}
