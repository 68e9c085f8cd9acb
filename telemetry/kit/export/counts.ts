import type { Signal } from "../records.ts";

/** Why records were surely not taken. */
export type DropReason =
  | "buffer_full"
  | "too_large"
  | "rejected"
  | "partial_success"
  | "retries_exhausted"
  | "encode_error";

/** Why nobody knows: no answer came, it could not be read, or the request that waited for it is gone. */
export type UncertainReason = "no_answer" | "unreadable_answer" | "sender_gone";

export type Tally = {
  ended: number;
  sent: number;
  readonly droppedBy: Record<DropReason, number>;
  readonly uncertainBy: Record<UncertainReason, number>;
};

const none = (): Tally => ({
  ended: 0,
  sent: 0,
  droppedBy: {
    buffer_full: 0,
    too_large: 0,
    rejected: 0,
    partial_success: 0,
    retries_exhausted: 0,
    encode_error: 0,
  },
  uncertainBy: { no_answer: 0, unreadable_answer: 0, sender_gone: 0 },
});

/** What became of everything that ended in this isolate. */
export const tallies: Record<Signal, Tally> = { traces: none(), logs: none(), metrics: none() };

/** Starts all counts at zero; for tests. */
export function resetCounts(): void {
  for (const signal of ["traces", "logs", "metrics"] as const) tallies[signal] = none();
}
