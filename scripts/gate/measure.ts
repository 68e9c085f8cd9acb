import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CallLog, type RouteCalls, sumOfRoutes } from "./calls.ts";
import { type CallsCompared, compareCalls } from "./calls-compared.ts";
import { CpuClock } from "./cpu-clock.ts";
import type { GateOptions } from "./options.ts";
import { type Pair, pairsOf, type SideName, sideNames, windowSeconds, windowsIn } from "./pairs.ts";
import { play } from "./play.ts";
import type { Release } from "./release.ts";
import { putOnOneCore } from "./same-core.ts";
import type { Side } from "./side.ts";
import { type Built, buildRelease, startBuilt } from "./start-release.ts";
import { scratchPrefix } from "./work-tree.ts";

/** Starts of both, and seconds of each start in which both compile, cache and connect: they are asked and not counted. */
const usual = { rounds: 6, warmUpSeconds: 6 } as const;
/** Seconds after the last window: the logins, whose calls are compared, and whose hash would keep other requests of a window waiting. */
const loginSeconds = 3;
/** Spans leave within a second and a half of the last request, later where the machine is slow. */
const silence = { ms: 3_000, withinMs: 30_000 } as const;

export type Measured = {
  readonly pairs: readonly Pair[];
  readonly calls: CallsCompared;
  readonly releases: Readonly<Record<SideName, { readonly name: string; readonly commit: string }>>;
};

/**
 * Builds both releases, starts them a few times, asks them side by side and reads what it cost.
 *
 * @param say  tells what is going on, and how long it will take
 * @throws BrokenGate
 */
export async function measure(
  options: GateOptions,
  k6: string,
  say: (text: string) => void,
  { rounds, warmUpSeconds }: { rounds: number; warmUpSeconds: number } = usual,
): Promise<Measured> {
  const scratch = await mkdtemp(join(tmpdir(), scratchPrefix));
  const undo: (() => Promise<unknown>)[] = [() => rm(scratch, { recursive: true, force: true })];
  try {
    const built: Partial<Record<SideName, Built>> = {};
    for (const side of sideNames) {
      say(`Building the ${side}, ${options[side]} …`);
      const made = await buildRelease(options[side], scratch, side);
      undo.unshift(made.release.remove);
      built[side] = made;
    }
    const both = built as Record<SideName, Built>;
    const windows = Math.max(1, Math.round(windowsIn(options.minutes) / rounds));
    const asking = { rate: options.rate / 2, windows, k6, warmUpSeconds };
    const played: Round[] = [];
    for (let round = 0; round < rounds; round++)
      played.push(
        await playRound(both, round, {
          ...asking,
          seed: options.seed * rounds + round,
          say: (text) => say(rounds > 1 ? `${text} (start ${round + 1} of ${rounds})` : text),
        }),
      );
    return {
      pairs: played.flatMap(({ pairs }) => pairs),
      calls: compareCalls({
        baseline: sumOfRoutes(played.map(({ calls }) => calls.baseline)),
        candidate: sumOfRoutes(played.map(({ calls }) => calls.candidate)),
      }),
      releases: { baseline: named(both.baseline.release), candidate: named(both.candidate.release) },
    };
  } finally {
    for (const step of undo) await step();
  }
}

type Round = {
  readonly pairs: readonly Pair[];
  readonly calls: Readonly<Record<SideName, Map<string, RouteCalls>>>;
};

/** Starts both, the one first and then the other, and asks them. */
async function playRound(
  built: Readonly<Record<SideName, Built>>,
  round: number,
  asking: Omit<Asking, "logs" | "round">,
): Promise<Round> {
  const sides: Partial<Record<SideName, Side>> = {};
  const logs = { baseline: new CallLog(), candidate: new CallLog() };
  try {
    asking.say("Starting both …");
    for (const side of round % 2 === 0 ? sideNames : sideNames.toReversed())
      sides[side] = await startBuilt(built[side], (traces) => logs[side].add(traces));
    const started = sides as Record<SideName, Side>;
    await putOnOneCore(sideNames.map((side) => started[side].pid));
    return await ask(started, { ...asking, logs, round });
  } finally {
    for (const side of sideNames) await sides[side]?.stop();
  }
}

type Asking = {
  /** Requests a second of each side. */
  readonly rate: number;
  readonly seed: number;
  readonly windows: number;
  readonly warmUpSeconds: number;
  readonly round: number;
  readonly k6: string;
  readonly say: (text: string) => void;
  readonly logs: Readonly<Record<SideName, CallLog>>;
};

async function ask(sides: Record<SideName, Side>, asking: Asking): Promise<Round> {
  const { windows, warmUpSeconds, round, say, logs } = asking;
  const clocks = { baseline: new CpuClock(sides.baseline.pid), candidate: new CpuClock(sides.candidate.pid) };
  const seconds = warmUpSeconds + windows * windowSeconds + loginSeconds;
  let beginAt = Number.POSITIVE_INFINITY;
  say("Making a tenant on both sides …");
  const tell = () => Number.isFinite(beginAt) && say(timeLeft(beginAt + seconds * 1000));
  const progress = setInterval(tell, 10_000);
  try {
    const onBegin = (at: number) => {
      beginAt = at;
      tell();
    };
    // Not always the one that was started first.
    const first = sideNames[Math.floor((round + 1) / 2) % 2] as SideName;
    const asked = await play({ ...asking, sides, first, seconds, loginSeconds, onBegin });
    await untilSilent(sides);
    const from = beginAt + warmUpSeconds * 1000;
    return {
      pairs: pairsOf(asked, clocks, { from, count: windows, round }),
      calls: { baseline: logs.baseline.byRoute(from), candidate: logs.candidate.byRoute(from) },
    };
  } finally {
    clearInterval(progress);
    for (const side of sideNames) clocks[side].stop();
  }
}

/** Waits until neither side has exported anything for a while. */
async function untilSilent(sides: Record<SideName, Side>): Promise<void> {
  const heard = () => sideNames.reduce((sum, side) => sum + sides[side].receiver.bytes(), 0);
  const deadline = Date.now() + silence.withinMs;
  for (let before = -1; before !== heard() && Date.now() < deadline; ) {
    before = heard();
    await sleep(silence.ms);
  }
}

const timeLeft = (endsAt: number): string =>
  `asking both, ${Math.max(0, Math.round((endsAt - Date.now()) / 1000))} s left`;

const named = ({ name, commit }: Release) => ({ name, commit });
