import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env as rawEnv } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { requestFlush } from "../../../../telemetry/kit/export/flush.ts";
import { traces } from "../../../../telemetry/kit/export/lane.ts";
import { count, exportCounts, log, record, span } from "../../../../telemetry/kit/index.ts";
import { invented } from "../../support/plants.ts";
import type { Received } from "./fixture/collector.ts";
import { drained, expectBooked, freshExporter, ofSignal, withSpans } from "./fixture/exporter.ts";
import { collectorAnswers, eventually, inRequest, received } from "./fixture/run.ts";
import worker, { type Env } from "./fixture/worker.ts";

const env = rawEnv as unknown as Env;

beforeEach(freshExporter);

const spansIn = ({ body }: Received): { name: string; traceId: string; attributes: { key: string }[] }[] =>
  body.resourceSpans[0].scopeSpans[0].spans;
const tracesOf = (all: readonly Received[]) => ofSignal("traces", all);

describe("what leaves", () => {
  it("is OTLP JSON with the resource, gzipped, and never traced itself", async () => {
    await withSpans(5);
    await drained();
    const [first, ...rest] = tracesOf(await received());
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ gzip: true, traceparent: null });
    const resource = Object.fromEntries(
      first?.body.resourceSpans[0].resource.attributes.map(
        ({ key, value }: { key: string; value: unknown }) => [key, value],
      ),
    );
    expect(resource).toMatchObject({
      "service.name": { stringValue: "frontdesk" },
      "service.version": { stringValue: "test" },
      "deployment.environment.name": { stringValue: "local" },
      "service.instance.id": { stringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(first && spansIn(first).map(({ name }) => name)).toEqual([...Array(5).fill("heartbeat"), "GET"]);
  });

  it("is batched across concurrent requests that share no promise", async () => {
    for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 40 }, () => withSpans(1)));
    await drained();
    const posts = tracesOf(await received());
    expect(posts.flatMap(spansIn)).toHaveLength(240);
    expect(posts.length).toBeLessThanOrEqual(4);
    expect(exportCounts().traces).toMatchObject({ ended: 240, sent: 240, dropped: 0, uncertain: 0 });
  });

  it("does not wait for the window when 512 wait already", async () => {
    await withSpans(1);
    await Promise.all(Array.from({ length: 30 }, () => withSpans(20)));
    await drained();
    expect(tracesOf(await received()).flatMap(spansIn)).toHaveLength(632);
  });

  it("includes spans that end after the response", async () => {
    await inRequest((_env, ctx) => {
      ctx.waitUntil(span("outbox.relay", {}, () => new Promise((resolve) => setTimeout(resolve, 100))));
    });
    const names = await eventually(async () => {
      const seen = tracesOf(await received())
        .flatMap(spansIn)
        .map(({ name }) => name);
      return seen.includes("outbox.relay") ? seen : undefined;
    });
    expect(names.toSorted()).toEqual(["GET", "outbox.relay"]);
  });

  it("has logs with the ids of their span and the event name twice", async () => {
    await inRequest(() =>
      log(
        "warn",
        invented("room.full"),
        { "frontdesk.module": "rooms", "frontdesk.room.id": "room_1" },
        "no\u001b[31m room",
      ),
    );
    await drained();
    const logs = (await received()).filter(({ signal }) => signal === "logs");
    const [entry] = logs.flatMap(({ body }) => body.resourceLogs[0].scopeLogs[0].logRecords);
    const [server] = tracesOf(await received()).flatMap(spansIn);
    expect(entry).toMatchObject({
      eventName: "room.full",
      severityText: "WARN",
      severityNumber: 13,
      traceId: server?.traceId,
      body: { stringValue: "no [31m room" },
    });
    expect(entry.attributes).toContainEqual({ key: "event.name", value: { stringValue: "room.full" } });
  });

  it("has counters as delta sums that are added up and gauges with their last value", async () => {
    await inRequest(() => {
      count("frontdesk.telemetry.dropped", 2, { "frontdesk.signal": "logs" });
      count("frontdesk.telemetry.dropped", 3, { "frontdesk.signal": "logs" });
      record("frontdesk.outbox.age", 9);
      record("frontdesk.outbox.age", 4);
    });
    await drained();
    const [post] = (await received()).filter(({ signal }) => signal === "metrics");
    const metrics = post?.body.resourceMetrics[0].scopeMetrics[0].metrics;
    expect(metrics).toMatchObject([
      {
        name: "frontdesk.telemetry.dropped",
        sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ asDouble: 5 }] },
      },
      { name: "frontdesk.outbox.age", unit: "s", gauge: { dataPoints: [{ asDouble: 4 }] } },
    ]);
  });

  it("comes from a Durable Object that nobody with the kit has called", async () => {
    expect(await env.COUNTER.getByName("alone").arguments(1)).toBe(1);
    await drained();
    expect(
      tracesOf(await received())
        .flatMap(spansIn)
        .map(({ name }) => name),
    ).toEqual(["BareCounter/arguments"]);
  });
});

describe("a collector in trouble", () => {
  it("that says 429 gets the same batch again after Retry-After", async () => {
    await collectorAnswers({ signal: "traces", status: 429, headers: { "retry-after": "1" } });
    await withSpans(1);
    await drained();
    const posts = tracesOf(await received());
    expect(posts.map(({ status }) => status)).toEqual([429, 200]);
    expect(posts[1]?.body).toEqual(posts[0]?.body);
    expect(exportCounts().traces).toMatchObject({ ended: 2, sent: 2, dropped: 0 });
  });

  for (const status of [502, 503, 504]) {
    it(`that says ${status} once gets the batch again`, async () => {
      await collectorAnswers({ signal: "traces", status });
      await withSpans(0);
      await drained();
      expect(exportCounts().traces).toMatchObject({ ended: 1, sent: 1, dropped: 0 });
    });
  }

  it("that says 500 or 400 does not; the loss is counted by reason and reported as a metric", async () => {
    await collectorAnswers({ signal: "traces", status: 500 });
    await withSpans(2);
    await drained();
    expect(tracesOf(await received())).toHaveLength(1);
    expect(exportCounts().traces).toMatchObject({
      ended: 3,
      sent: 0,
      dropped: 3,
      droppedBy: { rejected: 3 },
    });
    const [post] = (await received()).filter(({ signal }) => signal === "metrics");
    expect(post?.body.resourceMetrics[0].scopeMetrics[0].metrics).toMatchObject([
      { name: "frontdesk.telemetry.dropped", sum: { dataPoints: [{ asDouble: 3 }] } },
    ]);
  });

  it("that takes a part is believed", async () => {
    const body = JSON.stringify({ partialSuccess: { rejectedSpans: "1", errorMessage: "one was odd" } });
    await collectorAnswers({ signal: "traces", status: 200, body });
    await withSpans(2);
    await drained();
    expect(exportCounts().traces).toMatchObject({
      ended: 3,
      sent: 2,
      dropped: 1,
      droppedBy: { partial_success: 1 },
    });
  });

  it("that is not there costs the request nothing but the count", async () => {
    const ctx = createExecutionContext();
    const elsewhere = { ...env, COLLECTOR: "http://127.0.0.1:1" };
    const response = await worker.fetch?.(new Request("https://kit.test/") as never, elsewhere, ctx);
    expect(response?.status).toBe(200);
    await waitOnExecutionContext(ctx);
    expect(exportCounts().traces).toMatchObject({ ended: 1, sent: 0, uncertain: 1 });
  });

  it("that never recovers is asked for two minutes, then the loss is counted", async () => {
    const busy = { signal: "traces", status: 503, headers: { "retry-after": "0" } } as const;
    await collectorAnswers(busy, busy);
    await withSpans(0);
    await eventually(() => (traces.buffered === 1 && traces.loose === 0 ? true : undefined));
    const real = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => real() + 121_000);
    await withSpans(0);
    await drained();
    vi.restoreAllMocks();
    expect(exportCounts().traces).toMatchObject({
      ended: 2,
      sent: 1,
      dropped: 1,
      droppedBy: { retries_exhausted: 1 },
    });
  });

  it("that is busy with one signal holds up no other", async () => {
    await collectorAnswers({ signal: "logs", status: 503, headers: { "retry-after": "5" } });
    await inRequest(() => log("warn", invented("room.full"), { "frontdesk.module": "rooms" }));
    await inRequest(() => undefined);
    await eventually(() => (exportCounts().traces.sent === 2 ? true : undefined), 3_000);
    expect(exportCounts().logs).toMatchObject({ ended: 1, sent: 0, buffered: 1 });
    await drained();
    expect(exportCounts().logs).toMatchObject({ ended: 1, sent: 1 });
  });

  it("gives deltas that were refused back to their series", async () => {
    await collectorAnswers({ signal: "metrics", status: 500 });
    await inRequest(() => count("frontdesk.telemetry.dropped", 2, { "frontdesk.signal": "logs" }));
    await drained();
    const taken = (await received()).filter(({ signal, status }) => signal === "metrics" && status === 200);
    expect(
      taken.map(({ body }) => body.resourceMetrics[0].scopeMetrics[0].metrics[0].sum.dataPoints[0].asDouble),
    ).toEqual([2]);
    expect(exportCounts().metrics).toMatchObject({ ended: 1, sent: 1, dropped: 0 });
  });
});

describe("the isolate", () => {
  it("keeps what one request ends up to a bound, and counts the rest", async () => {
    await withSpans(5000);
    await drained();
    const { ended, sent, droppedBy } = exportCounts().traces;
    expect(ended).toBe(5001);
    expect(droppedBy.buffer_full).toBe(5001 - 4096);
    expect(sent).toBe(4096);
    expectBooked();
  });

  it("packs what a collector in trouble has let grow, so that nothing is lost", async () => {
    await collectorAnswers({ signal: "traces", status: 503, headers: { "retry-after": "2" } });
    await withSpans(0);
    await eventually(async () => ((await received()).length > 0 ? true : undefined));
    for (let round = 0; round < 10; round++) await withSpans(1000);
    expect(traces.loose).toBeLessThan(1024);
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 10_011, sent: 10_011, dropped: 0, uncertain: 0 });
  });

  it("leaves no span behind when a request ends while another exports", async () => {
    await collectorAnswers({ signal: "traces", status: 200, hangMs: 500 });
    await withSpans(0);
    await withSpans(0);
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 2, sent: 2 });
  });

  it("buries a flusher that died, and counts its batch as uncertain once", async () => {
    await collectorAnswers({ signal: "traces", status: 200, hangMs: 3_000 });
    await inRequest(() => {
      span("heartbeat", {}, () => undefined);
      // Nobody keeps this export alive, as when a request is cut.
      requestFlush({ patient: true, waitUntil: () => undefined });
    });
    const real = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => real() + 31_000);
    await withSpans(0);
    vi.restoreAllMocks();
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 3, sent: 2, uncertain: 1, dropped: 0 });
  });

  it("writes to the console and sends nothing when there is no endpoint", async () => {
    const lines = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const ctx = createExecutionContext();
    await worker.fetch?.(new Request("https://kit.test/") as never, { ...env, COLLECTOR: "" }, ctx);
    log("info", "http.request", { "frontdesk.module": "telemetry" });
    await waitOnExecutionContext(ctx);
    expect(lines).toHaveBeenCalledWith(expect.stringContaining('"event":"http.request"'));
    lines.mockRestore();
    expect(await received()).toEqual([]);
    expect(exportCounts().traces.ended).toBe(0);
  });
});
