import type { CpuClock } from "./cpu-clock.ts";
import { type Asked, between, errorsOf, requestsOf } from "./points.ts";

export type SideName = "baseline" | "candidate";
export const sideNames: readonly SideName[] = ["baseline", "candidate"];

/** Seconds in which both sides are asked, their visits in turn, and which are compared with each other. */
export const windowSeconds = 5;
const windowMs = windowSeconds * 1000;
/** Windows of a run of so many minutes. */
export const windowsIn = (minutes: number): number => Math.round((minutes * 60) / windowSeconds);

/** One side in one window. */
export type Sample = {
  /** Milliseconds of each answered request, as the client saw them. */
  readonly latencies: readonly number[];
  readonly requests: number;
  /** Answers that were not what the journey expects, and none at all. */
  readonly errors: number;
  /** CPU time of its workerd, in ns; undefined where it cannot be read. */
  readonly cpuNs: number | undefined;
};

/** Both sides in the same window: what is measured side by side. */
export type Pair = Readonly<Record<SideName, Sample>> & {
  /** In which start of both it was measured: two starts of the same code may differ, and all pairs of one start alike. */
  readonly round: number;
};

/**
 * Cuts what both sides were asked into windows.
 *
 * @param from   ms since the epoch, start of the first window
 * @param count  of windows
 */
export function pairsOf(
  asked: Readonly<Record<SideName, Asked>>,
  clocks: Readonly<Record<SideName, Pick<CpuClock, "between">>>,
  { from, count, round }: { readonly from: number; readonly count: number; readonly round: number },
): Pair[] {
  const sampleOf = (side: SideName, start: number): Sample => {
    const part = between(asked[side], start, start + windowMs);
    return {
      latencies: part.answers.map(({ ms }) => ms),
      requests: requestsOf(part),
      errors: errorsOf(part),
      cpuNs: clocks[side].between(start, start + windowMs),
    };
  };
  return Array.from({ length: count }, (_, at) => {
    const start = from + at * windowMs;
    return { round, baseline: sampleOf("baseline", start), candidate: sampleOf("candidate", start) };
  });
}
