import type { ErrorType } from "../../telemetry/attributes.ts";
import { type MetricName, metrics } from "../../telemetry/metrics.ts";
import { type Step, steps } from "./failure.ts";
import type { StepResult } from "./journey.ts";

type Labels = Readonly<Record<string, string>>;
type Counted = { readonly labels: Labels; readonly startMs: number; value: number };
type Measured = { readonly labels: Labels; readonly startMs: number; counts: number[]; sum: number };

/** Who writes: becomes the labels of every series. */
export type Writer = { readonly environment: string; readonly from: string };

const stepsName = "frontdesk.probe.steps" satisfies MetricName;
const durationName = "frontdesk.probe.step.duration" satisfies MetricName;
const expiryName = "frontdesk.probe.certificate.expiry" satisfies MetricName;
const { edgesSeconds } = metrics[durationName];

/**
 * How most steps fail. Counted from the beginning, as zero: where a series has just begun `rate()` guesses up to one failure
 * more than there were, and two would pass for three. After four samples they do not.
 */
const usualFailures = [
  "timeout",
  "connection_lost",
  "unavailable",
  "internal",
  "_OTHER",
] satisfies ErrorType[];

/**
 * What the rounds added up to, as cumulative OTLP.
 * Any other series that is new begins at the last export, when it stood at zero for all that anybody knew:
 * Prometheus writes that zero, and the first failure ever is one that `rate()` sees.
 */
export class Meter {
  #counters = new Map<string, Counted>();
  #histograms = new Map<string, Measured>();
  #expirySeconds: number | undefined;
  #exportedMs: number;

  /** @param nowMs  epoch milliseconds at which counting begins */
  constructor(nowMs: number) {
    this.#exportedMs = nowMs;
    for (const step of steps) for (const errorType of usualFailures) this.#counterOf(step, errorType);
  }

  /** @param expirySeconds  until the certificate expires; undefined where there is none */
  add(results: readonly StepResult[], expirySeconds: number | undefined): void {
    this.#expirySeconds = expirySeconds;
    for (const { step, seconds, errorType } of results) {
      this.#counterOf(step, errorType).value += 1;
      const empty = { counts: new Array<number>(edgesSeconds.length + 1).fill(0), sum: 0 };
      const histogram = this.#of(this.#histograms, { "frontdesk.probe.step": step }, empty);
      const bucket = edgesSeconds.findIndex((edge) => seconds <= edge);
      const index = bucket === -1 ? edgesSeconds.length : bucket;
      histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
      histogram.sum += seconds;
    }
  }

  #counterOf(step: Step, errorType: ErrorType | undefined): Counted {
    const labels = {
      "frontdesk.probe.step": step,
      ...(errorType !== undefined && { "error.type": errorType }),
    };
    return this.#of(this.#counters, labels, { value: 0 });
  }

  #of<T extends object>(
    all: Map<string, T & { labels: Labels; startMs: number }>,
    labels: Labels,
    zero: T,
  ): T & { labels: Labels; startMs: number } {
    const key = JSON.stringify(labels);
    const found = all.get(key) ?? { ...zero, labels, startMs: this.#exportedMs };
    all.set(key, found);
    return found;
  }

  /**
   * Everything so far as the body of an OTLP/HTTP JSON request; series that are new from here on begin now.
   *
   * @source https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
   */
  export(nowMs: number, { environment, from }: Writer): object {
    this.#exportedMs = nowMs;
    const time = { timeUnixNano: nano(nowMs) };
    const sums = [...this.#counters.values()].map(({ labels, startMs, value }) => ({
      ...{ attributes: attributes(labels), startTimeUnixNano: nano(startMs), ...time, asInt: String(value) },
    }));
    const histograms = [...this.#histograms.values()].map(({ labels, startMs, counts, sum }) => ({
      ...{ attributes: attributes(labels), startTimeUnixNano: nano(startMs), ...time, sum },
      count: String(counts.reduce((all, one) => all + one, 0)),
      bucketCounts: counts.map(String),
      explicitBounds: edgesSeconds,
    }));
    const cumulative = { aggregationTemporality: 2 };
    const gauge = [{ ...time, asDouble: this.#expirySeconds ?? 0 }];
    const list = [
      { ...named(stepsName), sum: { ...cumulative, isMonotonic: true, dataPoints: sums } },
      { ...named(durationName), histogram: { ...cumulative, dataPoints: histograms } },
      ...(this.#expirySeconds === undefined ? [] : [{ ...named(expiryName), gauge: { dataPoints: gauge } }]),
    ];
    const who = {
      "service.name": "frontdesk",
      "deployment.environment.name": environment,
      "service.instance.id": from,
    };
    return {
      resourceMetrics: [
        {
          resource: { attributes: attributes(who) },
          scopeMetrics: [{ scope: { name: "frontdesk.probe" }, metrics: list }],
        },
      ],
    };
  }
}

const named = (name: MetricName) => ({ name, unit: metrics[name].unit });
const nano = (ms: number) => `${BigInt(Math.round(ms)) * 1_000_000n}`;
const attributes = (labels: Labels) =>
  Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }));
