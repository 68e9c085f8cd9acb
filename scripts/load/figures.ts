import { keeps, labelsOf, type Rule } from "../../load/lib/fits.ts";
import { effectOn } from "../../load/verdict/bounds.ts";
import { designEffect } from "../../load/verdict/bursts.ts";
import { type Quantile, quantileInterval } from "../../load/verdict/quantile.ts";
import type { Second } from "../../load/verdict/seconds.ts";
import { hasFailed, type Point, type Recording } from "./recording.ts";

/** What one route did; times in milliseconds. Warm-up requests are counted and nothing else. */
export type RouteFigures = {
  readonly route: string;
  readonly count: number;
  readonly errors: number;
  readonly p50: Quantile | undefined;
  readonly p95: Quantile | undefined;
  readonly p99: Quantile | undefined;
};

/** A run in at most `barsMax` equal parts. */
export type OverTime = {
  readonly stepSeconds: number;
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
};

/** Counts of durations by edges that grow by a fifth. */
export type Distribution = { readonly edgesMs: readonly number[]; readonly counts: readonly number[] };

const barsMax = 240;

/** The run second by second, as one promise sees it. @param seconds  of the plan: quiet ones at the end count too */
export function secondsOf(
  points: readonly Point[],
  seconds: number,
  isBad: (point: Point) => boolean | undefined,
): Second[] {
  const first = points[0]?.startMs ?? 0;
  const last = points.at(-1)?.startMs ?? 0;
  const length = Math.max(1, seconds, Math.floor((last - first) / 1000) + 1);
  const series = Array.from({ length }, () => ({ valid: 0, bad: 0 }));
  for (const point of points) {
    const bad = isBad(point);
    const second = series[Math.floor((point.startMs - first) / 1000)];
    if (bad === undefined || !second) continue;
    second.valid++;
    if (bad) second.bad++;
  }
  return series;
}

export const promiseSeconds = (points: readonly Point[], seconds: number, rule: Rule): Second[] =>
  secondsOf(points, seconds, ({ route, status, durationMs }) => {
    const [method = "", template = ""] = route.split(" ");
    const kept = keeps(rule, labelsOf(method, template, status), durationMs);
    return kept === undefined ? undefined : !kept;
  });

export function routeFigures(
  recording: Recording,
  points: readonly Point[],
  seconds: number,
): RouteFigures[] {
  const counts = new Map<string, { count: number; errors: number }>();
  for (const point of recording.points()) {
    const known = counts.get(point.route) ?? { count: 0, errors: 0 };
    counts.set(point.route, {
      count: known.count + 1,
      errors: known.errors + Number(hasFailed(point)),
    });
  }
  const judged = Map.groupBy(points, ({ route }) => route);
  return [...counts]
    .map(([route, counted]) => {
      const own = judged.get(route) ?? [];
      const sorted = Float64Array.from(own, ({ durationMs }) => durationMs).sort();
      const quantile = (share: number) => quantileOf(own, sorted, share, seconds);
      return { route, ...counted, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
    })
    .sort((a, b) => a.route.localeCompare(b.route));
}

/** A quantile whose interval knows that slow requests come together. */
export function quantileOf(
  points: readonly Point[],
  sorted: Float64Array,
  share: number,
  seconds: number,
): Quantile | undefined {
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) return undefined;
  const effect = designEffect(secondsOf(points, seconds, ({ durationMs }) => durationMs > value));
  return quantileInterval(sorted, share, sorted.length / effectOn(effect, 0.025));
}

export function overTime(points: readonly Point[], seconds: number): OverTime {
  const first = points[0]?.startMs ?? 0;
  const length = Math.max(1, seconds, Math.ceil(((points.at(-1)?.startMs ?? first) - first) / 1000));
  const stepSeconds = Math.max(1, Math.ceil(length / barsMax));
  const bars = Array.from({ length: Math.ceil(length / stepSeconds) }, () => ({
    durations: [] as number[],
    errors: 0,
  }));
  for (const point of points) {
    const bar = bars[Math.floor((point.startMs - first) / 1000 / stepSeconds)] ?? bars.at(-1);
    if (!bar) continue;
    bar.durations.push(point.durationMs);
    if (hasFailed(point)) bar.errors++;
  }
  const quantiles = (share: number) =>
    bars.map(({ durations }) => {
      const sorted = durations.toSorted((a, b) => a - b);
      return sorted[Math.ceil(share * sorted.length) - 1] ?? null;
    });
  return {
    stepSeconds,
    requests: bars.map(({ durations }) => durations.length),
    errors: bars.map(({ errors }) => errors),
    p50: quantiles(0.5),
    p99: quantiles(0.99),
  };
}

export function distribution(points: readonly Point[]): Distribution {
  const edgesMs = Array.from({ length: 72 }, (_, i) => Number((0.1 * 1.2 ** i).toPrecision(4)));
  const counts = new Array<number>(edgesMs.length + 1).fill(0);
  for (const { durationMs } of points) {
    const at = edgesMs.findIndex((edge) => durationMs <= edge);
    const index = at === -1 ? edgesMs.length : at;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return { edgesMs, counts };
}
