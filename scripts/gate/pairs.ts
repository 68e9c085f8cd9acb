import { seededRandom } from "../../load/verdict/random.ts";

export type SideName = "baseline" | "candidate";
export const sideNames: readonly SideName[] = ["baseline", "candidate"];

/** Seconds that one side is asked, and seconds of silence after it, so that what it left behind ends in its own time. */
export const turn = { seconds: 3, pauseSeconds: 0.5 } as const;

/** When each side is asked: start of its turns, in seconds since the beginning. */
export type Plan = Readonly<Record<SideName, readonly number[]>>;

/** One side in one turn. */
export type Turn = {
  /** Milliseconds of each answered request, as the client saw them. */
  readonly latencies: readonly number[];
  readonly requests: number;
  /** Answers that were not what the journey expects, and none at all. */
  readonly errors: number;
  /** CPU time of its workerd from the start of the pair to its end, in ns; undefined where it cannot be read. */
  readonly cpuNs: number | undefined;
};

/** Two turns that follow each other: what is measured side by side. */
export type Pair = Readonly<Record<SideName, Turn>> & {
  /** In which start of both it was measured: two starts of the same code differ, and all pairs of one start alike. */
  readonly round: number;
};

/** Pairs that fit into so many minutes, after some to warm up; each in an order drawn by the seed. */
export function planPairs(minutes: number, seed: number, warmUp: number): Plan {
  const each = turn.seconds + turn.pauseSeconds;
  const random = seededRandom(seed);
  const plan: Record<SideName, number[]> = { baseline: [], candidate: [] };
  for (let pair = 0; pair < warmUp + Math.floor((minutes * 60) / (2 * each)); pair++) {
    const first: SideName = random() < 0.5 ? "baseline" : "candidate";
    plan[first].push(2 * pair * each);
    plan[first === "baseline" ? "candidate" : "baseline"].push((2 * pair + 1) * each);
  }
  return plan;
}
