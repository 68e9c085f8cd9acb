import { mean } from "../bench/statistics.ts";
import { smoothQuantile } from "./harrell-davis.ts";
import type { Sample } from "./pairs.ts";

/** What is compared. Ratios are candidate over baseline; the error ratio is a difference, because its baseline is mostly 0. */
export const measures = {
  p50: { title: "p50", unit: "ms", kind: "ratio", worthwhile: 0.05, sought: 0.1 },
  p95: { title: "p95", unit: "ms", kind: "ratio", worthwhile: 0.05, sought: 0.1 },
  p99: { title: "p99", unit: "ms", kind: "ratio", worthwhile: 0.1, sought: 0.25 },
  errors: { title: "error ratio", unit: "", kind: "difference", worthwhile: 0.001, sought: 0.005 },
  cpu: { title: "CPU time per request", unit: "ms", kind: "ratio", worthwhile: 0.025, sought: 0.05 },
} as const satisfies Record<string, MeasureInfo>;

export type MeasureInfo = {
  readonly title: string;
  readonly unit: "ms" | "";
  readonly kind: "ratio" | "difference";
  /** A growth below this is not worth a stop, however certain it is. */
  readonly worthwhile: number;
  /** A run is long enough when a growth of this size would have been seen. */
  readonly sought: number;
};
export type MeasureName = keyof typeof measures;
export const measureNames = Object.keys(measures) as MeasureName[];
/** One value for each measure; NaN where nothing was measured. */
export type Values = Readonly<Record<MeasureName, number>>;

/** The measures of one side in one window. */
export function valuesOf({ latencies, requests, errors, cpuNs = Number.NaN }: Sample): Values {
  // A connection that was refused took no time.
  const answered = latencies.filter((ms) => ms > 0);
  const at = (share: number) => smoothQuantile(answered, share);
  return {
    ...{ p50: at(0.5), p95: at(0.95), p99: at(0.99) },
    // Of nothing there is no share: 0 / 0.
    errors: errors / requests,
    cpu: requests === 0 ? Number.NaN : cpuNs / 1e6 / requests,
  };
}

/** How much more the candidate has: a logarithm for a ratio, so that twice and half weigh the same. */
export const difference = (name: MeasureName, baseline: Values, candidate: Values): number =>
  measures[name].kind === "ratio"
    ? Math.log(candidate[name] / baseline[name])
    : candidate[name] - baseline[name];

/** A difference as growth: 0.1 is a tenth more, or for the error ratio 10 percentage points. */
export const growth = (name: MeasureName, difference: number): number =>
  measures[name].kind === "ratio" ? Math.exp(difference) - 1 : difference;

/**
 * What is typical of pairs; NaN when nothing was measured. Of a ratio the mean of the middle three fifths: now and then a shared machine stands still
 * for longer than ten requests last, and a mean would tell of that. Of errors the plain mean: they come in few pairs, and each counts.
 *
 * @source Tukey and McLaughlin 1963, trimmed means
 */
export function typical(name: MeasureName, values: readonly number[]): number {
  const measured = values.filter((value) => !Number.isNaN(value));
  if (measures[name].kind === "difference") return mean(measured);
  const cut = Math.floor(measured.length / 5);
  return mean(measured.sort((a, b) => a - b).slice(cut, measured.length - cut));
}
