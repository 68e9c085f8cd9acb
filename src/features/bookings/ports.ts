import type { Clock } from "../../platform/clock.ts";
import type { IdempotencyKey } from "../../platform/http.ts";
import type { Ids } from "../../platform/ids.ts";
import type { Page } from "../../platform/page.ts";
import type { Settlement, Wanted } from "./attempt.ts";
import type { Booking, BookingStatus, Interval } from "./booking.ts";

export type RoomRef = { readonly tenantId: string; readonly roomId: string };

/** What a room answers to a wish; `booking` is the hold's own, which a retry takes over. */
export type HoldReply =
  | { readonly outcome: "held"; readonly booking: string }
  | { readonly outcome: "taken" | "in_flight" | "mismatch" };

/** What D1 says about an attempt, and the booking's row as it is now. */
export type Decision =
  | { readonly outcome: "aborted" }
  | { readonly outcome: "committed"; readonly booking: Booking };

/** An attempt whose end is asked for: what would be written of it if it has none. */
export type AskedAttempt = { readonly attempt: string; readonly booking: string; readonly tenantId: string };

/** How a deciding batch ended. `refused`: it was whole and changed nothing, or a rule of the schema said no. */
export type BatchEnd = "committed" | "refused" | "overlap" | "unknown";

/** What a key stands for once its request was decided. */
export type StoredAnswer = {
  readonly status: number;
  readonly body: string;
  readonly location: string | null;
};

export type ListFilter = {
  readonly room?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly status?: BookingStatus | undefined;
};

export type BookingDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Supplied by the rooms feature. */
  readonly roomExists: (room: RoomRef) => Promise<boolean>;
  /** Starts the relay of events; called after a decision, never awaited by the client. */
  readonly relay: () => Promise<void>;
  readonly calendar: Calendar;
  readonly bookings: Bookings;
};

export type Calendar = {
  hold(room: RoomRef, wanted: Wanted): Promise<HoldReply>;
  /** As `hold`, for an attempt that only frees a place. */
  intend(room: RoomRef, wanted: Wanted): Promise<HoldReply>;
  apply(room: RoomRef, settlement: Settlement): Promise<void>;
  /** Forgets everything, for good: the room is removed with its tenant. */
  clear(room: RoomRef): Promise<void>;
  /** Intervals that are booked or held. */
  occupied(room: RoomRef, range: Interval): Promise<readonly Interval[]>;
};

export type Bookings = {
  /** The deciding batch of a new booking, with the answer that its key stands for. */
  commitCreate(
    attempt: string,
    booking: Booking,
    actor: string,
    key: IdempotencyKey,
    answer: StoredAnswer,
  ): Promise<BatchEnd>;
  /** The deciding batch of a cancellation; `refused` when the booking is no longer at this version. */
  commitCancel(attempt: string, booking: Booking, actor: string): Promise<BatchEnd>;
  /** Writes 'aborted' unless the attempt is decided, and reads what stands, from the primary. */
  resolve(asked: AskedAttempt): Promise<Decision>;
  markApplied(attempt: string): Promise<void>;
  /** Committed attempts whose calendar was not seen to obey, those first that wait longest for a try; none decided or tried after `before`. */
  unapplied(
    before: number,
    limit: number,
  ): Promise<readonly { readonly attempt: string; readonly booking: Booking }[]>;
  /** How many committed attempts, decided before, no calendar was seen to obey. */
  countUnapplied(before: number): Promise<number>;
  /** Lets an attempt that was tried in vain wait behind the others. */
  putBack(attempt: string): Promise<void>;
  byId(tenantId: string, booking: string): Promise<Booking | undefined>;
  /** In order of their start. */
  list(
    tenantId: string,
    filter: ListFilter,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Booking>>;
};
