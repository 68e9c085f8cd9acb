import { beforeAll, expect, inject, it } from "vitest";
import { newTraceId, sendSpans, type TestSpan } from "./otlp.ts";
import { ownPlace, startTool } from "./own-tools.ts";
import { poll } from "./stores/poll.ts";
import { query, total } from "./stores/prometheus.ts";

const { urls } = inject("frontdesk");
const service = "overflow-test";
const limit = 10;
const flood = 200;

/** Connector → its count in Prometheus, the label that runs away, and a span that does it. */
const instances: Record<string, { count: string; label: string; span: (index: number) => TestSpan }> = {
  sli: {
    count: "http_server_request_duration_seconds_count",
    label: "http_route",
    span: (index) => ({
      name: "GET",
      kind: 2,
      attributes: { "frontdesk.sli": true, "http.route": `/flood/${index}` },
    }),
  },
  dependencies: {
    count: "frontdesk_dependency_duration_seconds_count",
    label: "server_address",
    span: (index) => ({ name: "call", kind: 3, attributes: { "server.address": `host-${index}.example` } }),
  },
  events: {
    count: "frontdesk_events_total",
    label: "frontdesk_event_name",
    span: (index) => ({ name: "event", kind: 1, attributes: { "frontdesk.event.name": `flood.${index}` } }),
  },
};

beforeAll(async () => {
  const place = await ownPlace();
  const args = Object.keys(instances).flatMap((name) => {
    const connector = `--set=connectors.span_metrics/${name}`;
    return [`${connector}.aggregation_cardinality_limit=${limit}`, `${connector}.metrics_flush_interval=1s`];
  });
  await startTool(place, "collector", { args });
  for (const { span } of Object.values(instances))
    await sendSpans(
      place.url("collector"),
      newTraceId(),
      Array.from({ length: flood }, (_none, index) => span(index)),
      { service },
    );
});

for (const [name, { count, label }] of Object.entries(instances)) {
  it(`${name}: a flood makes no more series than the limit, is counted whole, and shows as overflow`, async () => {
    const mine = `${count}{service_name="${service}"}`;
    const counted = await poll(
      () => total(urls.prometheus, mine),
      (found) => found === flood,
      30_000,
    );
    expect(counted).toBe(flood);
    const series = await query(urls.prometheus, mine);
    expect(series).toHaveLength(limit + 1);
    // The query of telemetry/collector/README.md.
    const overflowed = await query(
      urls.prometheus,
      `sum by (service_name) (rate(${count}{otel_metric_overflow="true",service_name="${service}"}[5m])) > 0`,
    );
    expect(overflowed).toHaveLength(1);
    const over = series.filter(({ metric }) => metric.otel_metric_overflow === "true");
    expect(over.map(({ value, metric }) => [value, metric[label]])).toEqual([[flood - limit, undefined]]);
  });
}
