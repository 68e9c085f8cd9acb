import { execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { slowInterval } from "../../alerts/recording-rules.ts";
import { seconds } from "../../telemetry/derive/windows.ts";
import { durationEdgesSeconds } from "../../telemetry/metrics.ts";
import { ensureTool } from "../stack/build.ts";

/** Steady traffic for so long. `slow` is the share of the good answers that took too long. */
export type Stretch = {
  readonly seconds: number;
  readonly perSecond: number;
  readonly errorRatio?: number;
  readonly slowRatio?: number;
};

type Labels = Readonly<Record<string, string>>;
/** One counter: its labels, and its value so many seconds after the past began. */
export type Counter = { readonly labels: Labels; readonly at: (second: number) => number };
/** All series of one name, and how often they were sampled. */
export type Family = {
  readonly name: string;
  readonly counters: readonly Counter[];
  readonly everySeconds?: number;
};

/** Method and route template, its share of the traffic, and what it answers when all is well. */
export type Route = { readonly route: string; readonly share: number; readonly status: string };

/** As often as the collector flushes its counts. */
export const sampleSeconds = 5;
const quickSeconds = 0.02;
const slowSeconds = 1.5;
const errorSeconds = 0.01;

/** Who counted the past: like a collector that was restarted just now. */
export const product = {
  job: "frontdesk",
  service_name: "frontdesk",
  deployment_environment_name: "local",
  collector_instance_id: "backfilled",
};

export const lengthOf = (past: readonly Stretch[]): number =>
  past.reduce((sum, { seconds }) => sum + seconds, 0);

const duration = "http_server_request_duration_seconds";
/** A tenant that could not be looked up has no tier. */
const failed = {
  ...{ http_response_status_code: "503", error_type: "unavailable" },
  frontdesk_tenant_tier: "none",
};

/**
 * The counters that the collector would have made of this past: the same names, labels and buckets.
 *
 * @param routes  their shares make 1
 */
export function countersOf(past: readonly Stretch[], routes: readonly Route[]): Family[] {
  const of = (share: number, events: (stretch: Stretch) => number, took: number) => ({
    took,
    count: (second: number) => Math.floor(share * integrate(past, second, events)),
  });
  const kindsOf = ({ share, status }: Route) => [
    {
      labels: { http_response_status_code: status, frontdesk_tenant_tier: "free" },
      answers: [of(share, quickOf, quickSeconds), of(share, slowOf, slowSeconds)],
    },
    { labels: failed, answers: [of(share, errorsOf, errorSeconds)] },
  ];
  const families = new Map<string, Counter[]>();
  for (const route of routes)
    for (const { labels, answers } of kindsOf(route)) {
      // What never failed has no series of failures.
      if (answers.every(({ count }) => count(lengthOf(past)) === 0)) continue;
      const [method = "", template = ""] = route.route.split(" ");
      const all = { ...product, ...labels, http_request_method: method, http_route: template };
      for (const [name, counter] of histogramOf(all, answers))
        families.set(name, [...(families.get(name) ?? []), counter]);
    }
  return [...families].map(([name, counters]) => ({ name, counters }));
}

type Answers = { readonly took: number; readonly count: (second: number) => number };

function histogramOf(labels: Labels, answers: readonly Answers[]): (readonly [string, Counter])[] {
  const sum = (weigh: (took: number) => number) => (second: number) =>
    answers.reduce((all, { took, count }) => all + weigh(took) * count(second), 0);
  return [
    [`${duration}_count`, { labels, at: sum(() => 1) }],
    [`${duration}_sum`, { labels, at: sum((took) => took) }],
    ...[...durationEdgesSeconds, Number.POSITIVE_INFINITY].map((edge) => {
      const le = edge === Number.POSITIVE_INFINITY ? "+Inf" : String(edge);
      return [
        `${duration}_bucket`,
        { labels: { ...labels, le }, at: sum((took) => Number(took <= edge)) },
      ] as const;
    }),
  ];
}

/** What the slow rules would have recorded of it: the rates that tickets and budgets are summed from. */
export function recordedOf(past: readonly Stretch[], promises: readonly Promised[]): Family[] {
  const rate = (second: number, of: (stretch: Stretch) => number) =>
    (integrate(past, second, of) - integrate(past, Math.max(0, second - rateSeconds), of)) / rateSeconds;
  const family = (name: string, what: "valid" | "bad"): Family => ({
    name,
    everySeconds: seconds(slowInterval),
    counters: promises.map(({ id, counting }) => ({
      labels: { deployment_environment_name: product.deployment_environment_name, slo: id },
      at: (second) => rate(second, counting[what]),
    })),
  });
  return [family("slo:valid_events:rate5m", "valid"), family("slo:bad_events:rate5m", "bad")];
}

const rateSeconds = 300;

/** What a promise counts in a stretch, events per second. */
export type Counting = {
  readonly valid: (stretch: Stretch) => number;
  readonly bad: (stretch: Stretch) => number;
};
export type Promised = { readonly id: string; readonly counting: Counting };

export const errorsOf = ({ perSecond, errorRatio = 0 }: Stretch): number => perSecond * errorRatio;
export const slowOf = ({ perSecond, errorRatio = 0, slowRatio = 0 }: Stretch): number =>
  perSecond * (1 - errorRatio) * slowRatio;
const quickOf = (stretch: Stretch) => stretch.perSecond - errorsOf(stretch) - slowOf(stretch);

/** Events from the beginning of these stretches to this second of them. */
export function integrate(
  stretches: readonly Stretch[],
  second: number,
  of: (stretch: Stretch) => number,
): number {
  let [sum, left] = [0, second];
  for (const stretch of stretches) {
    if (left <= 0) break;
    sum += Math.min(left, stretch.seconds) * of(stretch);
    left -= stretch.seconds;
  }
  return sum;
}

/**
 * Writes counters into the folder of a Prometheus that does not run yet.
 *
 * @param past  `endsAt`: epoch seconds of the last sample
 */
export async function writePast(
  families: readonly Family[],
  past: { readonly endsAt: number; readonly seconds: number },
  folders: { readonly scratch: string; readonly data: string },
): Promise<void> {
  const text = join(folders.scratch, "past.om");
  const file = createWriteStream(text);
  for (const { name, counters, everySeconds: every = sampleSeconds } of families)
    for (const { labels, at } of counters) {
      const series = `${name}{${Object.entries(labels)
        .map(([label, is]) => `${label}="${is}"`)
        .join(",")}}`;
      const lines = [];
      for (let second = 0; second <= past.seconds; second += every)
        lines.push(`${series} ${at(second)} ${past.endsAt - past.seconds + second}\n`);
      if (!file.write(lines.join(""))) await once(file, "drain");
    }
  file.end("# EOF\n");
  await once(file, "finish");
  const { binaries } = await ensureTool("prometheus");
  const promtool = binaries.promtool ?? "";
  // One block for all: by default promtool reads the text once for every two hours of it.
  const args = ["tsdb", "create-blocks-from", "--max-block-duration=60d", "openmetrics", text, folders.data];
  await promisify(execFile)(promtool, args, { maxBuffer: 64e6 });
  await rm(text);
}
