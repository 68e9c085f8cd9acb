import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { slos } from "../../telemetry/slo.ts";
import { BrokenDrill } from "./broken-drill.ts";
import { type BurnFault, type Fault, promises, type QuietFault, type SilentFault } from "./faults.ts";
import { groupIntervalSeconds } from "./group-interval.ts";
import { type Page, pagesSince } from "./pages.ts";
import type { Stretch } from "./past.ts";
import { predictPage, predictResolve } from "./predict.ts";
import { requireSameLabels } from "./same-labels.ts";
import { type DrillSystem, startSystem, until } from "./system.ts";

/** Seconds; undefined where there is none. */
export type Times = {
  readonly predicted: number | undefined;
  readonly measured: number | undefined;
};
/** What one drill of one fault found. */
export type Outcome = {
  readonly page: Times;
  /** From recovery; undefined when it was not waited for. */
  readonly resolve: Times | undefined;
  readonly pages: readonly Page[];
  /** Why it is not as it should be; empty when it is. */
  readonly complaints: readonly string[];
  /** Highest number of processes that wanted to run, over a minute. */
  readonly loadAverage: number;
};

export type RunOptions = {
  readonly rate: number;
  /** Whether recovery is waited for. */
  readonly resolve: boolean;
  /** A page may come this much later than predicted; it may come 10 s sooner in any case. */
  readonly lateSeconds: number;
  /** Seconds of live history in place of the backfilled one. */
  readonly realSeconds?: number | undefined;
  /** Told what is waited for, and for how long about. */
  readonly onStep: (what: string, seconds: number) => void;
};

/** A page may come this much later than predicted, or sooner. */
export const toleranceSeconds = 10;
/** Live traffic before the fault: the collector's first counts, the first evaluations, the first heartbeat. */
const settleSeconds = 20;
/** The heartbeat alert: three minutes without, and two more; evaluated every 15 s. */
const silence = { windowSeconds: 180, forSeconds: 120, beatSeconds: 60 };

/**
 * Starts a system with this fault's history, injects it and waits for what the pager receives.
 *
 * @throws BrokenDrill when the drill itself did not work
 */
export async function drill(fault: Fault, options: RunOptions): Promise<Outcome> {
  const past = options.realSeconds === undefined ? fault.past : [];
  options.onStep("starting the system", 40);
  const system = await startSystem(past, fault.rate ?? options.rate, promises);
  try {
    await settle(system, options);
    const result = await (fault.kind === "burn"
      ? burn(fault, system, options)
      : fault.kind === "silent"
        ? silent(fault, system, options)
        : quiet(fault, system, options));
    return { ...result, loadAverage: Math.max(...loadavg()) };
  } finally {
    await system.stop();
  }
}

type Found = Omit<Outcome, "loadAverage">;

async function settle(system: DrillSystem, { realSeconds, onStep }: RunOptions): Promise<void> {
  const seconds = realSeconds ?? settleSeconds;
  onStep(realSeconds === undefined ? "settling" : "making an hour of history", seconds);
  await sleep(seconds * 1_000);
  // The watchdog shows that rules are evaluated and that what fires arrives.
  const { pager } = system.frontdesk.urls;
  await until("the watchdog at the pager", async () => (await heard(pager)).includes("Watchdog"));
  const early = await pagesSince(pager, 0);
  if (early.length > 0)
    throw new BrokenDrill(`${early.map(({ alert }) => alert).join(", ")} paged before the fault.`);
  await requireSameLabels(system.frontdesk.urls.prometheus);
}

async function heard(pager: string): Promise<string[]> {
  const response = await fetch(`${pager}/api/notifications`);
  const { notifications } = (await response.json()) as {
    notifications: { alerts: { labels: Record<string, string> }[] }[];
  };
  return notifications.flatMap(({ alerts }) => alerts.map(({ labels }) => labels.alertname ?? ""));
}

async function burn(fault: BurnFault, system: DrillSystem, options: RunOptions): Promise<Found> {
  await fault.before?.(system);
  const { slo, counting, trouble, burst } = fault;
  const promise = slos[slo];
  const ratios = { errorRatio: trouble.down, slowRatio: trouble.slow };
  const before = [...system.past, ...since(system, { at: system.loadSince, answered: 0 })];
  const start = now(system);
  // What is waited for, as if the load kept its pace.
  const course = (perSecond: number): Stretch[] =>
    burst === undefined
      ? [{ seconds: 7_200, perSecond, ...ratios }]
      : [
          { seconds: 0.1, perSecond: burst * 10, ...ratios },
          { seconds: 300, perSecond },
        ];
  const expected = predictPage(promise, before, course(system.load.rate), counting)?.seconds;
  await system.trouble(trouble);
  if (burst !== undefined) await sendBurst(system, burst);
  const page = await waitForPage(system, start.at, expected ?? 60, options);
  await requireSameLabels(system.frontdesk.urls.prometheus);
  // On a machine that is out of breath there were fewer requests than planned.
  const pace = burst === undefined ? (since(system, start)[0]?.perSecond ?? 0) : system.load.rate;
  const predicted = predictPage(promise, before, course(pace), counting)?.seconds;
  const during = burst === undefined ? since(system, start, ratios) : course(pace).slice(0, 1);
  const { complaints, away } = fault.giveUpFor
    ? await giveUp(fault.giveUpFor, start.at, system, options)
    : { complaints: [], away: [] };
  const ended = burst === undefined ? Date.now() : start.at;
  await system.trouble(healthy);
  const after: Stretch = { seconds: 7_200, perSecond: system.load.rate };
  const resolve = options.resolve
    ? await waitForResolve(
        { system, began: start.at, ended, page },
        predictResolve(promise, [...before, ...during, ...away], after, counting),
        options,
      )
    : undefined;
  return conclude({ system, began: start.at, predicted, page, resolve, complaints }, options);
}

const healthy = { down: 0, slow: 0 };

type Mark = { readonly at: number; readonly answered: number };
const now = ({ load }: DrillSystem): Mark => ({ at: Date.now(), answered: load.answered });

/** The live load since then, as it really was. */
function since({ load }: DrillSystem, mark: Mark, more: Partial<Stretch> = {}): Stretch[] {
  const seconds = (Date.now() - mark.at) / 1_000;
  return [{ seconds, perSecond: (load.answered - mark.answered) / seconds, ...more }];
}

async function sendBurst(system: DrillSystem, burst: number): Promise<void> {
  const statuses = await system.ask(burst);
  if (statuses.some((status) => status < 500)) throw new BrokenDrill(`The burst answered ${statuses}.`);
  await system.trouble(healthy);
}

/** Callers stay away for so long, then come back. That nobody is served is no recovery. */
async function giveUp(seconds: number, began: number, system: DrillSystem, { onStep }: RunOptions) {
  const { load, frontdesk } = system;
  const { rate } = load;
  load.rate = 0;
  onStep("callers stay away", seconds);
  await sleep(seconds * 1_000);
  const pages = await pagesSince(frontdesk.urls.pager, began);
  await system.trouble(healthy);
  load.rate = rate;
  return {
    complaints: pages.some(({ resolvedAt }) => resolvedAt) ? ["resolved while nobody was served"] : [],
    away: [{ seconds, perSecond: 0 }],
  };
}

async function silent(fault: SilentFault, system: DrillSystem, options: RunOptions): Promise<Found> {
  const began = Date.now();
  const sinceBeat = ((began - system.loadSince) / 1_000) % silence.beatSeconds;
  await system[fault.gate].close();
  // The last beat leaves the window of three minutes, then it must stay away for two.
  const predicted = silence.windowSeconds + silence.forSeconds - sinceBeat;
  const page = await waitForPage(system, began, predicted, options);
  const ended = Date.now();
  await system[fault.gate].open();
  const resolve = options.resolve
    ? await waitForResolve({ system, began, ended, page }, silence.beatSeconds, options)
    : undefined;
  return conclude({ system, began, predicted, page, resolve, complaints: [] }, options);
}

async function quiet(fault: QuietFault, system: DrillSystem, options: RunOptions): Promise<Found> {
  const began = Date.now();
  await fault.act(system);
  options.onStep("watching that nobody is paged", fault.watchSeconds);
  await sleep(fault.watchSeconds * 1_000);
  const pages = await pagesSince(system.frontdesk.urls.pager, began);
  const complaints = pages.map(({ alert }) => `${alert} paged`);
  return { page: { predicted: undefined, measured: undefined }, resolve: undefined, pages, complaints };
}

async function waitForPage(
  system: DrillSystem,
  began: number,
  predicted: number,
  { onStep }: RunOptions,
): Promise<Page | undefined> {
  onStep("waiting for the page", predicted);
  const deadline = began + (predicted + 60) * 1_000;
  for (; Date.now() < deadline; await sleep(200)) {
    const [page] = await pagesSince(system.frontdesk.urls.pager, began);
    if (page) return page;
  }
  return undefined;
}

type Incident = {
  readonly system: DrillSystem;
  readonly began: number;
  readonly ended: number;
  readonly page: Page | undefined;
};

async function waitForResolve(
  { system, began, ended, page }: Incident,
  predicted: number | undefined,
  { onStep }: RunOptions,
): Promise<Times> {
  if (!page || predicted === undefined) return { predicted, measured: undefined };
  onStep("waiting for the resolve", predicted);
  const deadline = ended + (predicted + groupIntervalSeconds + 60) * 1_000;
  for (; Date.now() < deadline; await sleep(500)) {
    const found = (await pagesSince(system.frontdesk.urls.pager, began)).find(
      ({ incidentKey }) => incidentKey === page.incidentKey,
    );
    if (found?.resolvedAt) return { predicted, measured: (found.resolvedAt - ended) / 1_000 };
  }
  return { predicted, measured: undefined };
}

type Conclusion = {
  readonly system: DrillSystem;
  readonly began: number;
  readonly predicted: number | undefined;
  readonly page: Page | undefined;
  readonly resolve: Times | undefined;
  readonly complaints: readonly string[];
};

async function conclude(
  { system, began, predicted, page, resolve, complaints }: Conclusion,
  { lateSeconds }: RunOptions,
): Promise<Found> {
  const pages = await pagesSince(system.frontdesk.urls.pager, began);
  const measured = page && (page.receivedAt - began) / 1_000;
  const late = (measured ?? 0) - (predicted ?? 0);
  const resolveLate = (resolve?.measured ?? 0) - (resolve?.predicted ?? 0);
  const found = [
    ...complaints,
    ...(predicted === undefined ? ["no page was predicted"] : []),
    ...(measured === undefined ? ["no page came"] : []),
    ...(late > lateSeconds ? [`paged ${late.toFixed(1)} s after the prediction`] : []),
    ...(measured !== undefined && late < -toleranceSeconds
      ? [`paged ${(-late).toFixed(1)} s before the prediction`]
      : []),
    ...(pages.length > 1 ? [`${pages.length} pages instead of one`] : []),
    ...(resolve && resolve.measured === undefined ? ["not resolved"] : []),
    ...(resolveLate > lateSeconds + groupIntervalSeconds
      ? [`resolved ${resolveLate.toFixed(1)} s after the prediction`]
      : []),
  ];
  return { page: { predicted, measured }, resolve, pages, complaints: found };
}
