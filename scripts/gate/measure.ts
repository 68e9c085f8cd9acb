import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CallLog, type RouteCalls, sumOfRoutes } from "./calls.ts";
import { type CallsCompared, compareCalls } from "./calls-compared.ts";
import { CpuClock } from "./cpu-clock.ts";
import type { GateOptions } from "./options.ts";
import { type Pair, type Plan, planPairs, type SideName, sideNames, type Turn, turn } from "./pairs.ts";
import { play } from "./play.ts";
import type { Asked } from "./points.ts";
import type { Release } from "./release.ts";
import { putOnOneCore } from "./same-core.ts";
import type { Side } from "./side.ts";
import { type Built, buildRelease, startBuilt } from "./start-release.ts";

/** Starts of both, and pairs of each start in which both compile, cache and connect: they are asked and not counted. */
const usual = { rounds: 8, warmUpPairs: 2 } as const;
/** Spans leave within a second and a half of the last request, later where the machine is slow. */
const silence = { ms: 3_000, withinMs: 30_000 } as const;

export type Measured = {
  readonly pairs: readonly Pair[];
  readonly calls: CallsCompared;
  readonly releases: Readonly<Record<SideName, { readonly name: string; readonly commit: string }>>;
};

/**
 * Builds both releases, starts them a few times, asks them in turns and reads what it cost.
 *
 * @param say  tells what is going on, and how long it will take
 * @throws BrokenGate
 */
export async function measure(
  options: GateOptions,
  k6: string,
  say: (text: string) => void,
  { rounds, warmUpPairs }: { rounds: number; warmUpPairs: number } = usual,
): Promise<Measured> {
  const scratch = await mkdtemp(join(tmpdir(), "frontdesk-gate-"));
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
    const asking = { ...options, minutes: options.minutes / rounds, k6, warmUpPairs };
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

type Asking = Pick<GateOptions, "minutes" | "rate" | "seed"> & {
  readonly round: number;
  readonly k6: string;
  readonly say: (text: string) => void;
  readonly warmUpPairs: number;
  readonly logs: Readonly<Record<SideName, CallLog>>;
};

async function ask(
  sides: Record<SideName, Side>,
  { minutes, rate, seed, round, k6, say, warmUpPairs, logs }: Asking,
): Promise<Round> {
  const plan = planPairs(minutes, seed, warmUpPairs);
  const clocks = { baseline: new CpuClock(sides.baseline.pid), candidate: new CpuClock(sides.candidate.pid) };
  let beginAt = Number.POSITIVE_INFINITY;
  say("Making a tenant on both sides …");
  const progress = setInterval(() => Number.isFinite(beginAt) && say(timeLeft(beginAt, plan)), 10_000);
  try {
    const onBegin = (at: number) => {
      beginAt = at;
      say(timeLeft(at, plan));
    };
    const asked = await play({ k6, sides, plan, rate, seed, onBegin });
    await untilSilent(sides);
    const firstAt = beginAt + warmUpPairs * pairMs;
    return {
      pairs: pairsOf(asked, clocks, beginAt)
        .slice(warmUpPairs)
        .map((pair) => ({ ...pair, round })),
      calls: {
        baseline: logs.baseline.byRoute(firstAt),
        candidate: logs.candidate.byRoute(firstAt),
      },
    };
  } finally {
    clearInterval(progress);
    for (const side of sideNames) clocks[side].stop();
  }
}

const pairMs = 2 * (turn.seconds + turn.pauseSeconds) * 1000;

/** CPU time counts from the start of a pair to its end: what a request leaves behind is done in the other side's turn. */
function pairsOf(
  asked: Record<SideName, readonly Asked[]>,
  clocks: Record<SideName, CpuClock>,
  beginAt: number,
): Record<SideName, Turn>[] {
  const turnOf = (side: SideName, at: number) => ({
    ...withoutTime(asked[side][at] as Asked),
    cpuNs: clocks[side].between(beginAt + at * pairMs, beginAt + (at + 1) * pairMs),
  });
  return asked.baseline.map((_, at) => ({
    baseline: turnOf("baseline", at),
    candidate: turnOf("candidate", at),
  }));
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

function timeLeft(beginAt: number, { baseline }: Plan): string {
  const endsAt = beginAt + baseline.length * pairMs;
  const seconds = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  const done = Math.max(0, Math.min(baseline.length, Math.floor((Date.now() - beginAt) / pairMs)));
  return `${done} of ${baseline.length} pairs of turns, ${seconds} s left`;
}

const named = ({ name, commit }: Release) => ({ name, commit });

const withoutTime = ({ latencies, requests, errors }: Asked) => ({ latencies, requests, errors });
