import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fastRules, slowRules } from "../../alerts/recording-rules.ts";
import { type Slo, slos } from "../../telemetry/slo.ts";
import { ensureTool } from "../stack/build.ts";
import { Child } from "../stack/child.ts";
import { dataFolder, openDataFolder } from "../stack/data-folder.ts";
import { freePorts } from "../stack/free-ports.ts";
import { services, specOf } from "../stack/native-stack.ts";
import { renderConfigs } from "../stack/render.ts";
import { BrokenDrill } from "./broken-drill.ts";
import { median } from "./median.ts";
import { countersOf, type Family, product, writePast } from "./past.ts";
import { pulseOf } from "./pulse.ts";

/** Seconds that evaluations of a rule group took. */
export type GroupCost = {
  readonly group: string;
  readonly rules: number;
  readonly intervalSeconds: number;
  readonly medianSeconds: number;
  readonly worstSeconds: number;
};
export type Cost = { readonly history: string; readonly groups: readonly GroupCost[] };

const day = 86_400;
const pastDays = 35;
/** Pages look back for six hours, at every sample. */
const rawHours = 7;
const measureSeconds = 150;
const routes = [
  "POST /v1/bookings",
  "POST /v1/auth/login",
  ...Array.from({ length: 22 }, (_, n) => `GET /v1/things-${n}/{id}`),
].map((route, _, all) => ({ route, share: 1 / all.length, status: "200" }));
const traffic = { perSecond: 20, errorRatio: 0.0005, slowRatio: 0.002 };
const history = `${pastDays} d of what the rules record, every minute, and the raw counters of ${routes.length} routes: hourly, and of the last ${rawHours} h every 5 s`;

/** Share of the time of one core that all groups take together, medians. */
export const shareOf = ({ groups }: Cost): number =>
  groups.reduce((sum, { medianSeconds, intervalSeconds }) => sum + medianSeconds / intervalSeconds, 0);
/** All rules together may take this share. */
export const shareMax = 0.1;

/**
 * Starts the real Prometheus with the real rules on a past of 35 days and times their evaluation.
 *
 * @throws BrokenDrill
 */
export async function measureCost(
  onStep: (what: string, seconds: number) => void,
): Promise<Cost & { loadAverage: number }> {
  const root = await mkdtemp(join(tmpdir(), "frontdesk-detect-"));
  let prometheus: Child | undefined;
  try {
    const folder = dataFolder(root);
    await openDataFolder(folder);
    const data = folder.tool("prometheus");
    await mkdir(data, { recursive: true });
    onStep(`backfilling ${pastDays} days`, 90);
    await backfill(root, data);
    const ports = await freePorts();
    await renderConfigs({ ports, outDir: folder.config });
    const entry = services.find(({ name }) => name === "prometheus");
    if (!entry) throw new BrokenDrill("The stack has no Prometheus.");
    const { binaries } = await ensureTool("prometheus");
    const mark = { FRONTDESK_RUN: root };
    prometheus = new Child(specOf(entry, binaries.prometheus ?? "", { ports, folder, mark }));
    await prometheus.ready;
    onStep("timing evaluations", measureSeconds);
    const groups = await timeGroups(`http://127.0.0.1:${ports.prometheus}`);
    return { history, groups, loadAverage: Math.max(...loadavg()) };
  } finally {
    await prometheus?.stop();
    await rm(root, { recursive: true, force: true });
  }
}

/** Two pieces that do not overlap, or Prometheus would begin to merge them. */
async function backfill(scratch: string, data: string): Promise<void> {
  const endsAt = Math.floor(Date.now() / 1_000);
  const recentSeconds = rawHours * 3_600;
  const pieces = [
    { endsAt: endsAt - recentSeconds - 60, seconds: pastDays * day - recentSeconds, rawEvery: 3_600 },
    { endsAt, seconds: recentSeconds, rawEvery: 5 },
  ];
  for (const { rawEvery, ...past } of pieces) {
    const requests = countersOf([{ seconds: past.seconds, ...traffic }], routes)
      .filter(({ name }) => !name.endsWith("_sum"))
      .map((family) => ({ ...family, counters: family.counters.filter(isRead) }));
    const raw = [...requests, ...pulseOf(), deliveries].map((family) => ({
      ...family,
      everySeconds: Math.max(rawEvery, family.everySeconds ?? 0),
    }));
    await writePast([...raw, ...recordedSeries()], past, { scratch, data });
  }
}

/** What the queue's consumer took. */
const deliveries: Family = {
  name: "frontdesk_dependency_duration_seconds_count",
  counters: [
    { labels: { ...product, cloudflare_binding_type: "queue" }, at: (second) => Math.floor(second / 2) },
  ],
};

/** Of the buckets only those that a promise reads. */
const isRead = ({ labels: { le } }: Family["counters"][number]) =>
  le === undefined || le === "0.5" || le === "1";

function recordedSeries(): Family[] {
  const all = Object.entries<Slo>(slos).flatMap(([id, slo]) =>
    [...fastRules(id, slo), ...slowRules(id, slo)].map(({ record }) => ({ record, slo: id })),
  );
  return [...Map.groupBy(all, ({ record }) => record)].map(([name, series]) => ({
    name,
    everySeconds: 60,
    counters: series.map(({ slo }) => ({
      labels: { slo, deployment_environment_name: "local" },
      at: () => (name === "slo:valid_events:rate5m" ? traffic.perSecond : traffic.errorRatio),
    })),
  }));
}

async function timeGroups(prometheus: string): Promise<GroupCost[]> {
  const seen = new Map<string, { rules: number; interval: number; taken: Set<number> }>();
  for (const deadline = Date.now() + measureSeconds * 1_000; Date.now() < deadline; await sleep(2_000)) {
    const text = await (await fetch(`${prometheus}/metrics`)).text();
    const of = (name: string) =>
      [...text.matchAll(new RegExp(`^${name}\\{rule_group="[^"]*;([^"]+)"\\} (\\S+)$`, "gm"))].map(
        ([, group = "", value]) => [group, Number(value)] as const,
      );
    const rules = new Map(of("prometheus_rule_group_rules"));
    const intervals = new Map(of("prometheus_rule_group_interval_seconds"));
    for (const [group, seconds] of of("prometheus_rule_group_last_duration_seconds")) {
      const known = seen.get(group);
      const taken = known?.taken ?? new Set();
      // 0 before the first one; two evaluations never take the same time to the nanosecond.
      if (seconds > 0) taken.add(seconds);
      seen.set(group, { rules: rules.get(group) ?? 0, interval: intervals.get(group) ?? 0, taken });
    }
  }
  if (seen.size === 0) throw new BrokenDrill("Prometheus evaluates no rule group.");
  return [...seen].map(([group, { rules, interval, taken }]) => {
    if (taken.size === 0) throw new BrokenDrill(`The group ${group} was not evaluated.`);
    const times = [...taken];
    return {
      ...{ group, rules, intervalSeconds: interval },
      ...{ medianSeconds: median(times) ?? 0, worstSeconds: Math.max(...times) },
    };
  });
}
