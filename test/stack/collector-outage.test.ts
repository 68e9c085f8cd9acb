import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject, it } from "vitest";
import { type Sent, sendTraces, stored } from "./collector-traffic.ts";
import { sendLog } from "./otlp.ts";
import { killHard, ownPlace, startTool } from "./own-tools.ts";
import { logs } from "./stores/logs.ts";
import { poll } from "./stores/poll.ts";
import { total } from "./stores/prometheus.ts";

const service = "outage-test";
const each = 40;
/** Longer than the decision wait of traces and the flush of counts: all that was sent is in a queue. */
const pastFlushMs = 3_000;
const flushed = { args: ["--set=connectors.span_metrics/sli.metrics_flush_interval=1s"] };

/** What `otelcol_…` says of an exporter. */
async function own(metrics: string, name: string, exporter: string): Promise<number> {
  const text = await (await fetch(`${metrics}/metrics`)).text();
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith(name) && line.includes(`exporter="${exporter}"`));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

async function send(collector: string): Promise<Sent> {
  const sent = await sendTraces(collector, service, each);
  for (const { id } of sent.traces) await sendLog(collector, id, { body: "kept" }, { service });
  return sent;
}

it("an outage of Tempo, Prometheus and VictoriaLogs, with the collector stopped and killed in it, loses nothing", async () => {
  const place = await ownPlace(["tempo", "tempoOtlp", "prometheus", "victoriaLogs"]);
  const collector = await startTool(place, "collector", flushed);
  const url = place.url("collector");
  const first = await send(url);
  await sleep(pastFlushMs);
  await collector.stop();
  const again = await startTool(place, "collector", flushed);
  const second = await send(url);
  await sleep(pastFlushMs);
  for (const exporter of ["otlp_http/tempo", "otlp_http/prometheus", "otlp_http/victorialogs"])
    expect(await own(place.url("collectorMetrics"), "otelcol_exporter_queue_size", exporter)).toBeGreaterThan(
      0,
    );
  await killHard(again);
  await Promise.all(
    (["tempo", "prometheus", "victoria-logs"] as const).map((name) => startTool(place, name)),
  );

  const sent: Sent = { ...first, traces: [...first.traces, ...second.traces] };
  expect(sent.traces).toHaveLength(2 * each);
  const all = await poll(
    () => stored(place.url("tempo"), sent),
    (found) => found.size === sent.traces.length,
    30_000,
  );
  expect(all.size).toBe(sent.traces.length);
  const records = await poll(
    () => logs(place.url("victoriaLogs"), `service.name:${service} | limit 1000`),
    (found) => found.length >= sent.traces.length,
    30_000,
  );
  // What was being sent when the collector was killed may be sent again.
  expect(new Set(records.map(({ trace_id }) => trace_id)).size).toBe(sent.traces.length);
  const counted = `sum(max_over_time(http_server_request_duration_seconds_count{service_name="${service}"}[1h]))`;
  expect(
    await poll(
      () => total(place.url("prometheus"), counted),
      (found) => found === sent.traces.length,
      30_000,
    ),
  ).toBe(sent.traces.length);
});

it("a queue that is full refuses aloud: logs are answered 503, traces are counted as lost", async () => {
  const place = await ownPlace(["tempo", "tempoOtlp", "prometheus", "victoriaLogs"]);
  await startTool(place, "collector", { env: { FRONTDESK_QUEUE_BYTES: "20000" } });
  const url = place.url("collector");
  await sendTraces(url, service, 300);
  const failed = await poll(
    () => own(place.url("collectorMetrics"), "otelcol_exporter_enqueue_failed_spans", "otlp_http/tempo"),
    (spans) => spans > 0,
  );
  expect(failed).toBeGreaterThan(0);
  const answers = new Set<string>();
  for (let index = 0; index < 40; index += 1)
    await sendLog(url, "ab".repeat(16), { body: "x".repeat(2_000) }, { service }).then(
      () => answers.add("200"),
      (error: Error) => answers.add(/ (\d{3}) /.exec(error.message)?.[1] ?? error.message),
    );
  expect([...answers]).toEqual(["200", "503"]);
});

it("Prometheus scrapes what the collector says about itself: queues, refusals, failures", async () => {
  const { prometheus } = inject("frontdesk").urls;
  for (const name of [
    "otelcol_exporter_queue_size",
    "otelcol_exporter_queue_capacity",
    "otelcol_exporter_sent_spans",
    "otelcol_receiver_accepted_spans",
    "otelcol_receiver_refused_spans",
    "otelcol_process_memory_rss",
  ]) {
    const found = await poll(
      () => total(prometheus, `count(${name}{job="collector"})`),
      (count) => count > 0,
    );
    expect(found, name).toBeGreaterThan(0);
  }
});
