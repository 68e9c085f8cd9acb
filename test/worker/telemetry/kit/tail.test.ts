import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { attributes } from "../../../../telemetry/attributes.ts";
import { resetFlush } from "../../../../telemetry/kit/export/flush.ts";
import tailWorker, { type Env } from "../../../../telemetry/tail/worker.ts";
import { collectorAnswers, collectorUrl, received } from "./fixture/run.ts";

const env: Env = { ENVIRONMENT: "local", RELEASE: "test", OTLP_ENDPOINT: collectorUrl() };

/** What the platform hands over, made: local workerd enforces no limit, so it never says exceededCpu by itself. */
const item = (outcome: string, event: object | null): TraceItem => ({
  ...{ eventTimestamp: 0, logs: [], exceptions: [], diagnosticsChannelEvents: [], scriptName: null },
  ...{ executionModel: "stateless", truncated: false, cpuTime: 0, wallTime: 0 },
  outcome,
  event: event as TraceItem["event"],
});

const events = {
  fetch: { request: { url: "https://x/?token=canary", method: "GET", headers: {} }, response: undefined },
  jsrpc: { rpcMethod: "hold" },
  queue: { queue: "q", batchSize: 3 },
  scheduled: { cron: "* * * * *", scheduledTime: 0 },
  alarm: { scheduledTime: new Date(0) },
  email: { mailFrom: "canary@example.com", rcptTo: "b@example.com", rawSize: 1 },
  trace: { consumedEvents: [] },
  hibernatableWebSocket: { getWebSocketEvent: {} },
  _OTHER: {},
};

/** Hands the items over, a call for each list, and waits until everything has left. */
async function tailed(...calls: TraceItem[][]): Promise<void> {
  await Promise.all(
    calls.map(async (items) => {
      const ctx = createExecutionContext();
      await tailWorker.tail?.(items, env, ctx);
      await waitOnExecutionContext(ctx);
    }),
  );
}

type Count = { readonly type: unknown; readonly outcome: unknown; readonly value: number };
type Point = {
  attributes: { key: string; value: { stringValue: string } }[];
  asInt?: string;
  asDouble?: number;
};

async function counted(): Promise<Count[]> {
  const sums = (await received()).flatMap(({ signal, body }) =>
    signal === "metrics" ? body.resourceMetrics[0].scopeMetrics[0].metrics : [],
  );
  for (const { name, unit, sum } of sums) {
    expect([name, unit]).toEqual(["frontdesk.invocations", "{invocation}"]);
    expect(sum).toMatchObject({ aggregationTemporality: 1, isMonotonic: true });
  }
  return sums.flatMap(({ sum }) =>
    sum.dataPoints.map(({ attributes: labels, asInt, asDouble }: Point) => {
      const label = (name: string) => labels.find(({ key }) => key === name)?.value.stringValue;
      expect(labels).toHaveLength(2);
      const [type, outcome] = [label("cloudflare.handler_type"), label("cloudflare.outcome")];
      return { type, outcome, value: Number(asInt ?? asDouble) };
    }),
  );
}

beforeEach(async () => {
  resetFlush();
  await collectorAnswers();
});

describe("the Tail Worker", () => {
  for (const outcome of attributes["cloudflare.outcome"].values.filter((value) => value !== "_OTHER"))
    it(`counts ${outcome}`, async () => {
      await tailed([item(outcome, events.fetch)]);
      expect(await counted()).toEqual([{ type: "fetch", outcome, value: 1 }]);
    });

  for (const [type, event] of Object.entries(events))
    it(`knows what began an invocation: ${type}`, async () => {
      await tailed([item("ok", event)]);
      expect(await counted()).toEqual([{ type, outcome: "ok", value: 1 }]);
    });

  it("counts an event that the platform does not describe, and an outcome that is new", async () => {
    await tailed([item("ok", null), item("exceededPatience", events.queue)]);
    const found = await counted();
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        { type: "_OTHER", outcome: "ok", value: 1 },
        { type: "queue", outcome: "_OTHER", value: 1 },
      ]),
    );
  });

  it("adds up what several calls bring, and exports once for all", async () => {
    const calls = Array.from({ length: 40 }, () => [
      item("ok", events.fetch),
      item("exceededCpu", events.jsrpc),
    ]);
    await tailed(...calls);
    const all = await counted();
    const sum = (outcome: string) =>
      all.filter((count) => count.outcome === outcome).reduce((total, { value }) => total + value, 0);
    expect([sum("ok"), sum("exceededCpu")]).toEqual([40, 40]);
    expect((await received()).length).toBeLessThanOrEqual(2);
  });

  it("sends nothing but these counts: no span or log of its own, nothing of what it was shown", async () => {
    const shown = { exceptions: [{ name: "Error", message: "canary", timestamp: 0 }], scriptName: "canary" };
    await tailed([{ ...item("exception", events.fetch), ...shown }, item("ok", events.email)]);
    const all = await received();
    expect(all.map(({ signal }) => signal)).toEqual(["metrics"]);
    expect(JSON.stringify(all)).not.toContain("canary");
    expect(JSON.stringify(all)).toContain('"frontdesk-tail"');
  });

  it("keeps counts that the receiver refused until it takes them", async () => {
    await collectorAnswers({ signal: "metrics", status: 400 });
    await tailed([item("exceededMemory", events.alarm)]);
    const all = await received();
    expect(all.map(({ status }) => status)).toEqual([400, 200]);
    expect((await counted()).at(-1)).toEqual({ type: "alarm", outcome: "exceededMemory", value: 1 });
  });
});
