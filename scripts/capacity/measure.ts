import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../../load/day.ts";
import { quantile } from "../bench/statistics.ts";
import { CpuClock } from "../gate/cpu-clock.ts";
import { errorsOf, requestsOf } from "../gate/points.ts";
import type { Side } from "../gate/side.ts";
import { openStartLine } from "../gate/start-line.ts";
import { startRelease } from "../gate/start-release.ts";
import { sendVisitors } from "../gate/visitors.ts";
import type { RouteUse } from "./demand.ts";
import { isServed, type Level } from "./knee.ts";
import { UseLog, type UseSums } from "./use-log.ts";

export type Setting = {
  readonly k6: string;
  /** Seconds of each level. */
  readonly seconds: number;
  /** A level is served while p99 is within this, in ms. */
  readonly promisedMs: number;
  readonly say: (text: string) => void;
};
export type Measured = {
  /** Of the Worker; `+changes` when its folder holds more. */
  readonly commit: string;
  readonly uses: Readonly<Record<Step, RouteUse>>;
  readonly levels: readonly Level[];
};

/** Requests a second of the first level; each level has half as many more. */
const firstRate = 6;
const growth = 1.35;
const levelsMax = 16;
/** Each route alone is asked so often, for so long. */
const alone = { perSecond: 15, seconds: 10 } as const;
/** Queues, relays and exports end within this. */
const settleMs = 4_000;
const objectGb = 0.128;

/** What is done alone to learn about a step, and what of it belongs to another step. */
const stories: Readonly<Record<Step, { readonly story: readonly Step[]; readonly without?: Step }>> = {
  login: { story: ["login"] },
  list: { story: ["list"] },
  browse: { story: ["browse"] },
  book: { story: ["book"] },
  cancel: { story: ["book", "cancel"], without: "book" },
};

/**
 * Starts this folder's Worker on a workerd of its own and measures it, route by route, then level by level.
 *
 * @throws BrokenGate
 */
export async function measure(setting: Setting): Promise<Measured> {
  const scratch = await mkdtemp(join(tmpdir(), "frontdesk-capacity-"));
  const log = new UseLog();
  const undo: (() => Promise<unknown>)[] = [() => rm(scratch, { recursive: true, force: true })];
  try {
    setting.say("Building the Worker of this folder …");
    const side = await startRelease(".", scratch, "release", (traces) => log.add(traces));
    undo.unshift(side.stop);
    const clock = new CpuClock(side.pid);
    undo.unshift(async () => clock.stop());
    const stage: Stage = { ...setting, side, log, clock };
    const uses = await measureRoutes(stage);
    return { commit: side.release.commit, uses, levels: await measureLevels(stage) };
  } finally {
    for (const step of undo) await step();
  }
}

type Stage = Setting & { readonly side: Side; readonly log: UseLog; readonly clock: CpuClock };

async function measureRoutes(stage: Stage): Promise<Record<Step, RouteUse>> {
  const uses: Partial<Record<Step, RouteUse>> = {};
  await runOnce(stage, "warm-up", { rate: 20, seconds: 10 });
  const idle = await idleCpu(stage);
  for (const [step, { story, without }] of Object.entries(stories) as [Step, (typeof stories)[Step]][]) {
    stage.say(`Alone: ${story.join(", then ")} …`);
    const use = await useOf(stage, story, idle);
    const other = without === undefined ? undefined : uses[without];
    uses[step] = other === undefined ? use : subtract(use, other);
  }
  return uses as Record<Step, RouteUse>;
}

/** ns of CPU time in a ms in which nobody asks. */
async function idleCpu({ clock }: Stage): Promise<number> {
  await sleep(settleMs);
  const from = Date.now();
  await sleep(3_000);
  return (clock.between(from, from + 2_900) ?? 0) / 2_900;
}

/** What one visit of this story uses. */
async function useOf(stage: Stage, story: readonly Step[], idle: number): Promise<RouteUse> {
  const { log, clock, side } = stage;
  let atBegin: ReturnType<typeof state> | undefined;
  const once = { story, ...alone, rate: alone.perSecond };
  // What the set-up used is no part of the story.
  const { asked, beginAt } = await runOnce(stage, story.join("-"), once, (at) => {
    log.from = at;
    atBegin = state(side, log);
  });
  const before = await (atBegin ?? state(side, log));
  await sleep(settleMs);
  const until = Date.now();
  const after = await state(side, log);
  const visits = requestsOf(asked) / story.length;
  const sum = (key: keyof UseSums) => (after.sums[key] - before.sums[key]) / visits;
  const cpuNs = (clock.between(beginAt, until - 100) ?? Number.NaN) - idle * (until - 100 - beginAt);
  return {
    cpuMs: cpuNs / 1e6 / visits,
    objectRequests: sum("objectRequests"),
    objectGbSeconds: sum("objectSeconds") * objectGb,
    d1Queries: sum("d1Queries"),
    d1RowsRead: sum("d1RowsRead"),
    d1RowsWritten: sum("d1RowsWritten"),
    queueMessages: sum("queueMessages"),
    storedBytes: (after.databaseBytes - before.databaseBytes) / visits,
    telemetryBytes: (after.telemetryBytes - before.telemetryBytes) / visits,
  };
}

async function state(side: Side, log: UseLog) {
  return {
    sums: { ...log.sums },
    telemetryBytes: side.receiver.bytes(),
    databaseBytes: await side.databaseBytes(),
  };
}

/** @returns what the first has more than the second, never below nothing */
function subtract(use: RouteUse, other: RouteUse): RouteUse {
  const keys = Object.keys(use) as (keyof RouteUse)[];
  return Object.fromEntries(keys.map((key) => [key, Math.max(0, use[key] - other[key])])) as RouteUse;
}

/** A third more each time, until two levels in a row are not served. */
async function measureLevels(stage: Stage): Promise<Level[]> {
  const levels: Level[] = [];
  for (let offered = firstRate; levels.length < levelsMax; offered *= growth) {
    stage.say(
      `Level ${levels.length + 1}: ${Math.round(offered)} requests a second for ${stage.seconds} s …`,
    );
    levels.push(await measureLevel(stage, offered));
    if (levels.slice(-2).filter((level) => !isServed(level, stage.promisedMs)).length === 2) break;
  }
  return levels;
}

async function measureLevel(stage: Stage, rate: number): Promise<Level> {
  const { seconds, clock } = stage;
  const { asked, beginAt } = await runOnce(stage, `level-${Math.round(rate)}`, { rate, seconds });
  const took = asked.answers.reduce((last, { at }) => Math.max(last, at - beginAt), seconds * 1000);
  const sorted = asked.answers.map(({ ms }) => ms).sort((a, b) => a - b);
  await sleep(settleMs);
  return {
    offered: requestsOf(asked) / seconds,
    answered: sorted.length / (took / 1000),
    p50Ms: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    p99Ms: quantile(sorted, 0.99),
    errors: errorsOf(asked),
    cores: (clock.between(beginAt, beginAt + took - 200) ?? Number.NaN) / 1e6 / (took - 200),
  };
}

type Once = { readonly rate: number; readonly seconds: number; readonly story?: readonly Step[] };
let runs = 0;

async function runOnce(
  { k6, side }: Stage,
  name: string,
  { rate, seconds, story }: Once,
  onBegin: (at: number) => void = () => {},
) {
  let beginAt = 0;
  const line = await openStartLine(1, (at) => {
    beginAt = at;
    onBegin(at);
  });
  try {
    const visitors = {
      ...{ k6, target: side.url, runId: `${++runs}-${name}`, seed: runs, rate, seconds },
      ...{ startLine: line.url, ...(story && { story }) },
    };
    return { asked: await sendVisitors(visitors), beginAt };
  } finally {
    line.close();
  }
}
