import type { BoundedAttributeName } from "./attributes.ts";

/**
 * The registry of metrics: name, instrument, UCUM unit, labels, and for histograms the bucket edges.
 * `source` says who makes it: counts of spans at the collector, or OTLP points of the Worker.
 */
type Metric = {
  readonly instrument: "histogram" | "counter" | "gauge";
  readonly unit: string;
  readonly source: "collector" | "worker";
  readonly labels: readonly BoundedAttributeName[];
  readonly edgesSeconds?: readonly number[];
  readonly brief: string;
};

export const durationEdgesSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 1, 2.5, 5, 10] as const;

export const metrics = {
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
    brief: "The SLI: HTTP entry spans, counted before sampling.",
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
    brief: "Calls of bindings and other hosts, from CLIENT, PRODUCER and CONSUMER spans.",
  },
  "frontdesk.events": {
    instrument: "counter",
    unit: "{event}",
    source: "collector",
    labels: ["frontdesk.event.name", "frontdesk.outcome"],
    brief: "Business events, from spans that carry frontdesk.event.name.",
  },
  "frontdesk.heartbeat": {
    instrument: "counter",
    unit: "{beat}",
    source: "collector",
    labels: [],
    brief: "Heartbeat spans from cron: telemetry is alive.",
  },
  "frontdesk.outbox.age": {
    instrument: "gauge",
    unit: "s",
    source: "worker",
    labels: [],
    brief:
      "Age of the oldest event that is not handled, be it sent or not; 0 when there is none. Written by cron.",
  },
  "frontdesk.outbox.pending": {
    instrument: "gauge",
    unit: "{event}",
    source: "worker",
    labels: [],
    brief: "Events not yet handled. Written by cron.",
  },
  "frontdesk.queue.backlog": {
    instrument: "gauge",
    unit: "{message}",
    source: "worker",
    labels: ["messaging.destination.name"],
    brief: "Messages waiting in the queue. Written by cron.",
  },
  "frontdesk.holds.unrepaired": {
    instrument: "gauge",
    unit: "{attempt}",
    source: "worker",
    labels: [],
    brief: "Attempts decided in D1 whose calendar has not confirmed them in time. Written by cron.",
  },
  "frontdesk.telemetry.dropped": {
    instrument: "counter",
    unit: "{item}",
    source: "worker",
    labels: ["frontdesk.signal", "frontdesk.drop.reason"],
    brief: "Spans or log records dropped in the isolate. Delta sum.",
  },
  "frontdesk.telemetry.uncertain": {
    instrument: "counter",
    unit: "{item}",
    source: "worker",
    labels: ["frontdesk.signal"],
    brief: "Spans or log records whose export was not answered. Delta sum.",
  },
} as const satisfies Record<string, Metric>;

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
