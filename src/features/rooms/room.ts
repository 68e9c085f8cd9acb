import type { Id } from "../../platform/ids.ts";

export type Room = {
  readonly id: Id<"room">;
  readonly tenantId: Id<"tenant">;
  readonly name: string;
  readonly capacity: number;
  /** Grows by one with each change; the ETag. */
  readonly version: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Half-open `[from, to)`, epoch milliseconds. */
export type Interval = { readonly from: number; readonly to: number };

export type Availability = { readonly busy: readonly Interval[]; readonly free: readonly Interval[] };

/** Cuts what is taken out of a range. Taken intervals may come in any order, overlap, touch, or reach past the range. */
export function availabilityIn(range: Interval, taken: readonly Interval[]): Availability {
  const busy = merged(range, taken);
  const edges = [range.from, ...busy.flatMap(({ from, to }) => [from, to]), range.to];
  const free: Interval[] = [];
  for (let i = 0; i < edges.length; i += 2) {
    const [from, to] = [edges[i] as number, edges[i + 1] as number];
    if (from < to) free.push({ from, to });
  }
  return { busy, free };
}

function merged(range: Interval, taken: readonly Interval[]): Interval[] {
  const inside = taken
    .map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  const busy: Interval[] = [];
  for (const next of inside) {
    const last = busy.at(-1);
    if (last && next.from <= last.to)
      busy[busy.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else busy.push(next);
  }
  return busy;
}
