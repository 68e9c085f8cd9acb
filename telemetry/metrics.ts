import type { BoundedAttributeName } from "./attributes.ts";

/**
 * The registry of metrics: name, instrument, UCUM unit, labels, and for histograms the bucket edges.
 * `source` says who makes it: counts of spans at the collector, OTLP points of the Worker, or OTLP points of the probe.
 */
type Metric = {
  readonly instrument: "histogram" | "counter" | "gauge";
  readonly unit: string;
  readonly source: "collector" | "worker" | "probe";
  readonly labels: readonly BoundedAttributeName[];
  readonly edgesSeconds?: readonly number[];
  /**
   * Cardinality bound: label sets for one service and environment. The collector folds what is beyond into `otel.metric.overflow`.
   * Where there is none, the product of the labels' own bounds is it.
   */
  readonly seriesMax?: number;
};

export const durationEdgesSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 1, 2.5, 5, 10] as const;

/** What takes longer is slow: the promise of `api-latency`, and the records of such requests are always written. */
export const slowSeconds = 0.5;

/** Made at the collector from spans. */
const collectorMetrics = {
  "http.server.request.duration": {
    instrument: "histogram",
    unit: "s",
    source: "collector",
    labels: [
      "http.request.method",
      "http.route",
      "http.response.status_code",
      "error.type",
      "frontdesk.tenant.tier",
    ],
    edgesSeconds: durationEdgesSeconds,
    seriesMax: 5000,
  },
  "frontdesk.dependency.duration": {
    instrument: "histogram",
    unit: "s",
    source: "collector",
    labels: [
      "cloudflare.binding.type",
      "cloudflare.binding.name",
      "db.operation.name",
      "rpc.method",
      "server.address",
      "error.type",
    ],
    edgesSeconds: durationEdgesSeconds,
    seriesMax: 3000,
  },
  "frontdesk.events": {
    instrument: "counter",
    unit: "{event}",
    source: "collector",
    labels: ["frontdesk.event.name", "frontdesk.outcome"],
    seriesMax: 1000,
  },
  "frontdesk.heartbeat": {
    instrument: "counter",
    unit: "{beat}",
    source: "collector",
    labels: ["service.version"],
    seriesMax: 100,
  },
  "frontdesk.synthetic.requests": {
    instrument: "counter",
    unit: "{request}",
    source: "collector",
    labels: ["http.request.method", "http.route", "http.response.status_code", "error.type"],
    seriesMax: 500,
  },
} as const satisfies Record<string, Metric>;

/** Made by `npm run probe`, outside the Worker, and sent straight to the metrics store. */
const probeMetrics = {
  "frontdesk.probe.steps": {
    instrument: "counter",
    unit: "{step}",
    source: "probe",
    labels: ["frontdesk.probe.step", "error.type"],
  },
  "frontdesk.probe.step.duration": {
    instrument: "histogram",
    unit: "s",
    source: "probe",
    labels: ["frontdesk.probe.step"],
    edgesSeconds: durationEdgesSeconds,
  },
  "frontdesk.probe.certificate.expiry": { instrument: "gauge", unit: "s", source: "probe", labels: [] },
} as const satisfies Record<string, Metric>;

/** Made in the Worker, whose bundle carries these rows and no others. */
export const workerMetrics = {
  "frontdesk.outbox.age": { instrument: "gauge", unit: "s", source: "worker", labels: [] },
  "frontdesk.outbox.pending": { instrument: "gauge", unit: "{event}", source: "worker", labels: [] },
  "frontdesk.outbox.resent": { instrument: "gauge", unit: "{event}", source: "worker", labels: [] },
  "frontdesk.queue.age": {
    instrument: "gauge",
    unit: "s",
    source: "worker",
    labels: ["messaging.destination.name"],
  },
  "frontdesk.queue.backlog": {
    instrument: "gauge",
    unit: "{message}",
    source: "worker",
    labels: ["messaging.destination.name"],
  },
  "frontdesk.holds.unrepaired": { instrument: "gauge", unit: "{attempt}", source: "worker", labels: [] },
  "frontdesk.telemetry.dropped": {
    instrument: "counter",
    unit: "{item}",
    source: "worker",
    labels: ["frontdesk.signal", "frontdesk.drop.reason"],
  },
  "frontdesk.faults.untold": {
    instrument: "counter",
    unit: "{fault}",
    source: "worker",
    labels: ["frontdesk.drop.reason"],
  },
  "frontdesk.logs.suppressed": {
    instrument: "counter",
    unit: "{record}",
    source: "worker",
    labels: ["frontdesk.suppression.reason"],
  },
  "frontdesk.telemetry.uncertain": {
    instrument: "counter",
    unit: "{item}",
    source: "worker",
    labels: ["frontdesk.signal", "frontdesk.uncertain.reason"],
  },
  "frontdesk.invocations": {
    instrument: "counter",
    unit: "{invocation}",
    source: "worker",
    labels: ["cloudflare.handler_type", "cloudflare.outcome"],
  },
} as const satisfies Record<string, Metric>;

// A pure call, so that a bundle which does not name it leaves it and the rows of all others out.
const together = <A, B, C>(a: A, b: B, c: C): A & B & C => ({ ...a, ...b, ...c });
export const metrics = /* @__PURE__ */ together(collectorMetrics, probeMetrics, workerMetrics);

export type MetricName = keyof typeof metrics;
type NamesOf<I extends Metric["instrument"]> = {
  [N in MetricName]: (typeof metrics)[N] extends { instrument: I; source: "worker" } ? N : never;
}[MetricName];
/** Counters that the Worker itself may add to. */
export type CounterName = NamesOf<"counter">;
/** Gauges that the Worker itself may write. */
export type GaugeName = NamesOf<"gauge">;
/** Labels that a metric declares. */
export type LabelName<M extends MetricName> = (typeof metrics)[M]["labels"][number];
