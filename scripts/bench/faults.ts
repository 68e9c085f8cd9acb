import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../load/verdict/random.ts";
import { BrokenBench } from "./broken.ts";
import { buildVariant } from "./build.ts";
import type { Answered, SteadyLoad } from "./faults/clients.ts";
import type { Order, Taken } from "./faults/collectors.ts";
import { type FaultKind, faultKinds, type Side, sides } from "./faults/kinds.ts";
import { startProgress } from "./progress.ts";
import type { BenchRun } from "./run.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { bootstrap, type Estimate, median, quantile, shuffled } from "./statistics.ts";

const variant = {
  id: "faults",
  title: "",
  entry: "faults.ts",
  packages: [],
  spans: { plain: [], d1: [], object: [], "far-object": [] },
};
const rate = 100;
const drainedByMs = 60_000;

type Booked = { ended: number; sent: number; dropped: number; uncertain: number; buffered: number };
type Counts = Readonly<Record<"traces" | "logs" | "metrics", Booked>>;

/** One fault over all rounds. `clients` are requests that were answered; `taken` are their entry spans in the collector. */
export type FaultResult = {
  readonly fault: FaultKind;
  /** p95 of the API with the fault over p95 with a healthy collector in the same seconds. */
  readonly p95Ratio: Estimate;
  readonly clients: number;
  readonly taken: number;
  readonly uncertain: number;
  readonly dropped: number;
};
export type Faults = {
  readonly results: readonly FaultResult[];
  readonly requestsPerSecond: number;
  readonly secondsPerFault: number;
  /** Resident memory of the two workerd processes, MiB: after warm-up, and the most in the whole run. */
  readonly memoryMiB: { readonly atFirst: number; readonly most: number };
  /** Entry spans that a collector was sent twice. */
  readonly twice: number;
};

type Round = { ratios: number[]; clients: number; taken: number; uncertain: number; dropped: number };

/**
 * Two workerd processes under the same load at once, one of them with a collector in trouble; they change roles.
 *
 * @throws BrokenBench when an answer is not 200, or sent + dropped + uncertain is not ended
 */
export async function measureFaults({ quick, folder, seed }: BenchRun): Promise<Faults> {
  const [rounds, seconds] = quick ? [1, 2] : [6, 4];
  const stage = await startStage(await buildVariant(variant, folder));
  const kinds = Object.keys(faultKinds) as FaultKind[];
  const seen = new Map<FaultKind, Round[]>(kinds.map((kind) => [kind, []]));
  const progress = startProgress("faults", rounds * kinds.length);
  const random = seededRandom(seed);
  try {
    await stage.load(quick ? 3 : 15);
    const atFirst = stage.memoryMiB();
    let most = atFirst;
    for (let round = 0; round < rounds; round++)
      for (const kind of shuffled(kinds, random)) {
        seen.get(kind)?.push(await visit(stage, kind, round % 2 === 0 ? 0 : 1, seconds));
        most = Math.max(most, stage.memoryMiB());
        progress.step();
      }
    progress.done();
    const twice = (await stage.taken()).reduce((sum, side) => sum + side.twice, 0);
    const results = kinds.map((fault) => summed(fault, seen.get(fault) ?? []));
    return {
      results,
      requestsPerSecond: rate,
      secondsPerFault: rounds * seconds,
      memoryMiB: { atFirst, most },
      twice,
    };
  } finally {
    await stage.stop();
  }
}

async function visit(stage: Stage, fault: FaultKind, side: Side, seconds: number): Promise<Round> {
  const before = await stage.drained(side);
  const takenBefore = (await stage.taken())[side]?.spans ?? 0;
  await stage.fail(side, fault);
  const { blocks } = await stage.load(seconds);
  await stage.fail(side, undefined);
  const after = await stage.drained(side);
  const p95 = (times: number[]) =>
    quantile(
      times.toSorted((a, b) => a - b),
      0.95,
    );
  return {
    ratios: blocks.map((block) => p95(block[side]) / p95(block[side === 0 ? 1 : 0])),
    clients: blocks.reduce((sum, block) => sum + block[side].length, 0),
    taken: ((await stage.taken())[side]?.spans ?? 0) - takenBefore,
    uncertain: after.traces.uncertain - before.traces.uncertain,
    dropped: after.traces.dropped - before.traces.dropped,
  };
}

function summed(fault: FaultKind, rounds: readonly Round[]): FaultResult {
  const total = (pick: (round: Round) => number) => rounds.reduce((sum, round) => sum + pick(round), 0);
  return {
    fault,
    p95Ratio: bootstrap(
      rounds.flatMap(({ ratios }) => ratios),
      median,
    ),
    clients: total(({ clients }) => clients),
    taken: total(({ taken }) => taken),
    uncertain: total(({ uncertain }) => uncertain),
    dropped: total(({ dropped }) => dropped),
  };
}

type Stage = Awaited<ReturnType<typeof startStage>>;

async function startStage(code: string) {
  const collectors = fork(join(import.meta.dirname, "faults/collectors.ts"));
  const clients = fork(join(import.meta.dirname, "faults/clients.ts"));
  const [ports] = (await once(collectors, "message")) as [number[]];
  const runtimes: Runtime[] = [];
  for (const side of sides) {
    const url = (port: number | undefined) => `http://127.0.0.1:${port}`;
    runtimes.push(
      await startRuntime(code, { collector: url(ports[side]), origin: `${url(ports[2])}/origin` }),
    );
  }
  const urls = runtimes.map(({ url }) => url) as [string, string];
  return {
    load: async (seconds: number) => {
      const answered = await ask<Answered>(clients, { urls, rate, seconds } satisfies SteadyLoad);
      if (answered.failed > 0) throw new BrokenBench(`${answered.failed} answers of the API were not 200.`);
      return answered;
    },
    fail: (side: Side, fault: FaultKind | undefined) =>
      ask<Taken[]>(collectors, { kind: "fail", side, fault } satisfies Order),
    taken: () => ask<Taken[]>(collectors, { kind: "taken" } satisfies Order),
    drained: (side: Side) => drained(urls[side]),
    memoryMiB: () => Math.max(...runtimes.map(({ pid }) => residentMiB(pid))),
    stop: async () => {
      collectors.kill();
      clients.kill();
      await Promise.all(runtimes.map(({ stop }) => stop()));
    },
  };
}

/** Asks, like a customer would, until only the spans of the last asking can be on their way. */
async function drained(url: string): Promise<Counts> {
  for (const until = Date.now() + drainedByMs; ; ) {
    const counts = (await (await fetch(`${url}/counts`)).json()) as Counts;
    for (const [signal, { ended, sent, dropped, uncertain, buffered }] of Object.entries(counts))
      if (sent + dropped + uncertain + buffered !== ended)
        throw new BrokenBench(
          `${signal}: ${sent} + ${dropped} + ${uncertain} + ${buffered} is not ${ended}.`,
        );
    if (counts.traces.buffered <= 1) return counts;
    if (Date.now() > until)
      throw new BrokenBench(`${counts.traces.buffered} spans are still buffered after a minute.`);
    await sleep(1_200);
  }
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

async function ask<T>(child: ChildProcess, question: Order | SteadyLoad): Promise<T> {
  child.send(question);
  const [answer] = (await once(child, "message")) as [T];
  return answer;
}
