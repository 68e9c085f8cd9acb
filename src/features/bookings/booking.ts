import type { Id } from "../../platform/ids.ts";

/** Half-open `[from, to)`, epoch milliseconds: the end of one is free for the start of the next. */
export type Interval = { readonly from: number; readonly to: number };

export type Customer = { readonly name: string; readonly email: string };
export type BookingStatus = "confirmed" | "cancelled";

export type Booking = Interval & {
  readonly id: Id<"booking">;
  readonly tenantId: string;
  readonly roomId: string;
  readonly customer: Customer;
  readonly status: BookingStatus;
  /** Raised by one at every decision; the calendar uses it to tell late news from new. */
  readonly version: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A walk-in is booked from "now", and clocks differ. */
export const pastToleranceMs = 5 * minuteMs;
export const lengthMaxMs = 30 * dayMs;
export const horizonMs = 2 * 365 * dayMs;

export type IntervalFault = "order" | "past" | "length" | "horizon";

/** What is wrong with a wanted interval; undefined when nothing is. */
export function faultOf({ from, to }: Interval, now: number): IntervalFault | undefined {
  if (from >= to) return "order";
  if (to - from > lengthMaxMs) return "length";
  if (from < now - pastToleranceMs) return "past";
  if (to > now + horizonMs) return "horizon";
  return undefined;
}

export const overlaps = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to;

/** A booking whose time is over stays what it was. */
export const isCancellable = (booking: Interval, now: number): boolean => now < booking.to;

/** Where a booking blocks this room; null when it does not (cancelled, or moved to another room). */
export function placementIn(
  roomId: string,
  row: Pick<Booking, "roomId" | "status" | "from" | "to">,
): Interval | null {
  return row.status === "confirmed" && row.roomId === roomId ? { from: row.from, to: row.to } : null;
}
