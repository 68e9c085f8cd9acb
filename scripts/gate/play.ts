import { visitsPerSecond } from "../../load/gate/logins.ts";
import { type SideName, sideNames } from "./pairs.ts";
import type { Asked } from "./points.ts";
import type { Side } from "./side.ts";
import { openStartLine } from "./start-line.ts";
import { sendVisitors } from "./visitors.ts";

export type Play = {
  readonly k6: string;
  readonly sides: Readonly<Record<SideName, Side>>;
  /** Who is visited first; the other's visits begin halfway to the next. */
  readonly first: SideName;
  readonly seconds: number;
  /** Seconds at the end in which a few visits log in. */
  readonly loginSeconds: number;
  /** Requests a second of each side. */
  readonly rate: number;
  readonly seed: number;
  /** Called once, with the time of the first visit, in ms since the epoch. */
  readonly onBegin: (beginAt: number) => void;
};

/**
 * Asks both sides at once, a visit of the one and a visit of the other in turn, each by a k6 of its own.
 *
 * @throws BrokenGate when a k6 breaks off
 */
export async function play(how: Play): Promise<Record<SideName, Asked>> {
  const { k6, sides, first, seconds, loginSeconds, rate, seed, onBegin } = how;
  const line = await openStartLine(sideNames.length, onBegin);
  const broken = new AbortController();
  // The same for both: the same tenant, guests and slots, each in its own storage.
  const same = { k6, rate, seed, seconds, loginSeconds, runId: `gate-${seed}`, startLine: line.url };
  try {
    const [baseline, candidate] = await Promise.all(
      sideNames.map((side) => {
        const afterMs = side === first ? 0 : 500 / visitsPerSecond(rate);
        return sendVisitors({ ...same, afterMs, target: sides[side].url }, broken.signal);
      }),
    );
    return { baseline: baseline as Asked, candidate: candidate as Asked };
  } finally {
    // When one has broken off, the other asks for nothing.
    broken.abort();
    line.close();
  }
}
