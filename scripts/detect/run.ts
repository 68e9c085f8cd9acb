import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { slos } from "../../telemetry/slo.ts";
import { BrokenDrill } from "./broken-drill.ts";
import { conclude, type Found, type Outcome, times, timesOf } from "./conclude.ts";
import { type BurnFault, type Fault, promises, type QuietFault, type SilentFault } from "./faults.ts";
import { pagesSince, waitForPage, waitForResolve } from "./pages.ts";
import type { Stretch } from "./past.ts";
import { lagSeconds } from "./pipeline.ts";
import { predictPage, predictResolve } from "./predict.ts";
import { requireSameLabels } from "./same-labels.ts";
import { predictSilence, probeForgetsSeconds, resolveSeconds } from "./silence.ts";
import { type DrillSystem, startSystem, until } from "./system.ts";

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

/** Live traffic before the fault: the collector's first counts, the first evaluations, the first heartbeat. */
const settleSeconds = 20;
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
  const theory = predictPage(promise, before, course(pace), counting)?.seconds;
  // A page may come a little before its time. A recovery then would be one from a fault that did not page yet.
  if (burst === undefined)
    await sleep(Math.max(0, start.at + ((theory ?? 0) + pastTheory) * 1_000 - Date.now()));
  const during = burst === undefined ? since(system, start, ratios) : course(pace).slice(0, 1);
  const { complaints, away } = fault.giveUpFor
    ? await giveUp(fault.giveUpFor, start.at, system, options)
    : { complaints: [], away: [] };
  const ended = burst === undefined ? Date.now() : start.at;
  await system.trouble(healthy);
  const after: Stretch = { seconds: 7_200, perSecond: system.load.rate };
  const forgotten = Math.max(
    predictResolve(promise, [...before, ...during, ...away], after, counting) ?? after.seconds,
    // It has its part in the incident when it could not be served for long enough.
    (await hasPaged(system, start.at, "DeepHealthBurn")) ? probeForgetsSeconds : 0,
  );
  const over = options.resolve
    ? await waitForResolve({ system, began: start.at, ended, page }, forgotten, options)
    : undefined;
  const lag = burst === undefined ? lagSeconds.steady : lagSeconds.burst;
  const resolve = over && timesOf(forgotten, lagSeconds.steady + lagSeconds.resolve, over.seconds);
  return conclude(
    { system, began: start.at, page: times(start.at, page, theory, lag), resolve, complaints },
    options,
  );
}

/** Seconds that a fault lasts beyond the moment at which it must page. */
const pastTheory = 3;

async function hasPaged({ frontdesk }: DrillSystem, since: number, alert: string): Promise<boolean> {
  const pages = await pagesSince(frontdesk.urls.pager, since);
  return pages.some((page) => page.alert.includes(alert));
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
  const theory = await predictSilence(system, fault.gate);
  const began = Date.now();
  await system[fault.gate].close();
  const page = await waitForPage(system, began, theory, options);
  const ended = Date.now();
  await system[fault.gate].open();
  const over = options.resolve
    ? await waitForResolve(
        { system, began, ended, page },
        resolveSeconds("DeepHealthBurn, TelemetrySilent"),
        options,
      )
    : undefined;
  const resolve =
    over && timesOf(resolveSeconds(over.alert), lagSeconds.silence + lagSeconds.resolve, over.seconds);
  return conclude(
    { system, began, page: times(began, page, theory, lagSeconds.silence), resolve, complaints: [] },
    options,
  );
}

async function quiet(fault: QuietFault, system: DrillSystem, options: RunOptions): Promise<Found> {
  const began = Date.now();
  await fault.act(system);
  options.onStep("watching that nobody is paged", fault.watchSeconds);
  await sleep(fault.watchSeconds * 1_000);
  const pages = await pagesSince(system.frontdesk.urls.pager, began);
  const complaints = pages.map(({ alert }) => `${alert} paged`);
  return { page: timesOf(undefined, 0, undefined), resolve: undefined, pages, complaints };
}
