import type { Signal } from "../records.ts";

export type DropReason =
  | "buffer_full"
  | "too_large"
  | "rejected"
  | "partial_success"
  | "retries_exhausted"
  | "encode_error";

type Tally = { ended: number; sent: number; uncertain: number; dropped: Record<DropReason, number> };

const none = (): Tally => ({
  ended: 0,
  sent: 0,
  uncertain: 0,
  dropped: {
    buffer_full: 0,
    too_large: 0,
    rejected: 0,
    partial_success: 0,
    retries_exhausted: 0,
    encode_error: 0,
  },
});

/** What became of everything that ended in this isolate; what is missing from the sum is still buffered. */
export const tallies: Record<Signal, Tally> = { traces: none(), logs: none(), metrics: none() };

export type ExportCounts = {
  readonly [S in Signal]: {
    readonly ended: number;
    readonly sent: number;
    readonly uncertain: number;
    readonly dropped: number;
    readonly droppedBy: Readonly<Record<DropReason, number>>;
  };
};

/** sent + dropped + uncertain + still buffered = ended, per signal, in this isolate. */
export function exportCounts(): ExportCounts {
  const read = ({ ended, sent, uncertain, dropped }: Tally) => ({
    ended,
    sent,
    uncertain,
    dropped: Object.values(dropped).reduce((sum, amount) => sum + amount, 0),
    droppedBy: { ...dropped },
  });
  return { traces: read(tallies.traces), logs: read(tallies.logs), metrics: read(tallies.metrics) };
}

/** Starts all counts at zero; for tests. */
export function resetCounts(): void {
  for (const signal of ["traces", "logs", "metrics"] as const) tallies[signal] = none();
}
