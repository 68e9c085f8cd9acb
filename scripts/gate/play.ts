import { type Plan, type SideName, sideNames, turn } from "./pairs.ts";
import type { Asked } from "./points.ts";
import type { Side } from "./side.ts";
import { openStartLine } from "./start-line.ts";
import { sendVisitors } from "./visitors.ts";

export type Play = {
  readonly k6: string;
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly plan: Plan;
  readonly rate: number;
  readonly seed: number;
  /** Called once, with the time at which the first turn begins, in ms since the epoch. */
  readonly onBegin: (beginAt: number) => void;
};

/**
 * Asks both sides in turns, each by a k6 of its own.
 *
 * @returns for each side what was asked in each of its turns
 * @throws BrokenGate when a k6 breaks off
 */
export async function play({
  k6,
  sides,
  plan,
  rate,
  seed,
  onBegin,
}: Play): Promise<Record<SideName, Asked[]>> {
  const line = await openStartLine(sideNames.length, onBegin);
  const broken = new AbortController();
  // The same for both: the same tenant, guests and slots, each in its own storage.
  const same = { k6, rate, seed, runId: `gate-${seed}`, seconds: turn.seconds, startLine: line.url };
  try {
    const [baseline, candidate] = await Promise.all(
      sideNames.map((side) =>
        sendVisitors({ ...same, target: sides[side].url, starts: plan[side] }, broken.signal),
      ),
    );
    return { baseline: baseline as Asked[], candidate: candidate as Asked[] };
  } finally {
    // When one has broken off, the other asks for nothing.
    broken.abort();
    line.close();
  }
}
