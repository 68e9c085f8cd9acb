import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exportCounts, log, span } from "../../../../telemetry/kit/index.ts";
import { invented } from "../../support/plants.ts";
import type { Rule } from "./fixture/collector.ts";
import { drained, expectBooked, freshExporter, ofSignal, withSpans } from "./fixture/exporter.ts";
import { collectorAnswers, collectorUrl, eventually, inRequest, received } from "./fixture/run.ts";

beforeEach(freshExporter);
afterEach(() => vi.restoreAllMocks());

type Fault = Omit<Rule, "signal">;
const json = { "content-type": "application/json" };

const booked: Readonly<Record<string, readonly [Fault, object]>> = {
  "that resets the connection": [{ status: 200, cut: "reset" }, { uncertainBy: { no_answer: 3 } }],
  "that closes the connection": [{ status: 200, cut: "close" }, { uncertainBy: { no_answer: 3 } }],
  "that resets the connection within its answer": [
    { status: 200, cut: "within" },
    { uncertainBy: { unreadable_answer: 3 } },
  ],
  "that answers 200 with a page of HTML": [
    { status: 200, headers: { "content-type": "text/html" }, body: "<html>welcome</html>" },
    { uncertainBy: { unreadable_answer: 3 } },
  ],
  "that answers 200 with JSON that is cut": [
    { status: 200, headers: json, body: '{"partialSuccess":{"rejectedSp' },
    { uncertainBy: { unreadable_answer: 3 } },
  ],
  "that answers 200 with something that is not gzip, though it says so": [
    { status: 200, headers: { ...json, "content-encoding": "gzip" }, body: "plain" },
    { uncertainBy: { unreadable_answer: 3 } },
  ],
  "that answers 200 with a body larger than any answer": [
    { status: 200, headers: json, body: `{"x":"${"x".repeat(100_000)}"}` },
    { uncertainBy: { unreadable_answer: 3 } },
  ],
  "that answers 200 with nothing": [{ status: 200, body: "" }, { sent: 3 }],
  "that answers 204": [{ status: 204 }, { sent: 3 }],
  "that answers 200 in plain text": [
    { status: 200, headers: { "content-type": "text/plain" }, body: "ok" },
    { sent: 3 },
  ],
  "that redirects": [{ status: 307, headers: { location: "/v1/elsewhere" } }, { droppedBy: { rejected: 3 } }],
  "that says 400": [{ status: 400 }, { droppedBy: { rejected: 3 } }],
  "that says 401": [{ status: 401 }, { droppedBy: { rejected: 3 } }],
  "that says 500": [{ status: 500, body: "x".repeat(200_000) }, { droppedBy: { rejected: 3 } }],
  "that says 502": [{ status: 502 }, { sent: 3 }],
  "that says 429 with a time": [{ status: 429, headers: { "retry-after": "1" } }, { sent: 3 }],
  "that says 503 with a date": [
    { status: 503, headers: { "retry-after": "Thu, 01 Jan 2026 00:00:00 GMT" } },
    { sent: 3 },
  ],
  "that takes a part": [
    { status: 200, headers: json, body: '{"partialSuccess":{"rejectedSpans":"2"}}' },
    { sent: 1, droppedBy: { partial_success: 2 } },
  ],
  "that rejects more than there was": [
    { status: 200, headers: json, body: '{"partialSuccess":{"rejectedSpans":9007199254740993}}' },
    { sent: 0, droppedBy: { partial_success: 3 } },
  ],
  "that rejects less than nothing": [
    { status: 200, headers: json, body: '{"partialSuccess":{"rejectedSpans":-1}}' },
    { sent: 3 },
  ],
  "whose answer has the wrong types": [
    { status: 200, headers: json, body: '{"partialSuccess":{"rejectedSpans":{},"errorMessage":7}}' },
    { sent: 3 },
  ],
};

describe("a collector", () => {
  for (const [name, [fault, counts]] of Object.entries(booked))
    it(`${name} is booked for what it is, and the response is not touched`, async () => {
      await collectorAnswers({ signal: "traces", ...fault });
      const response = await withSpans(2);
      expect(response.status).toBe(200);
      await drained();
      expect(exportCounts().traces).toMatchObject({ ended: 3, buffered: 0, ...counts });
      expectBooked();
    });

  it("that is silent for longer than waitUntil allows is booked as uncertain", async () => {
    const real = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => real(ms / 50));
    await collectorAnswers({ signal: "traces", status: 200, hangMs: 2_000 });
    await withSpans(2);
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 3, uncertainBy: { no_answer: 3 } });
  });
});

describe("a loss", () => {
  const points = async () =>
    ofSignal("metrics", await received()).flatMap(
      ({ body }) => body.resourceMetrics[0].scopeMetrics[0].metrics,
    );
  const records = async () =>
    ofSignal("logs", await received()).flatMap(({ body }) => body.resourceLogs[0].scopeLogs[0].logRecords);
  const labelsOf = (point: { attributes: { key: string; value: { stringValue: string } }[] }) =>
    Object.fromEntries(point.attributes.map(({ key, value }) => [key, value.stringValue]));

  it("by a lost connection arrives as a metric with its reason and as a log record, once the collector is back", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await collectorAnswers(
      { signal: "traces", status: 200, cut: "reset" },
      { signal: "traces", status: 200, cut: "reset" },
    );
    await withSpans(2);
    await drained();
    const [metric, ...others] = await points();
    expect(others).toEqual([]);
    expect(metric).toMatchObject({
      name: "frontdesk.telemetry.uncertain",
      sum: { dataPoints: [{ asDouble: 3 }] },
    });
    expect(labelsOf(metric.sum.dataPoints[0])).toEqual({
      "frontdesk.signal": "traces",
      "frontdesk.uncertain.reason": "no_answer",
    });
    expect(await records()).toMatchObject([
      {
        ...{ eventName: "telemetry.lost", severityText: "WARN" },
        body: { stringValue: `3 traces: no_answer; the receiver is ${collectorUrl()}` },
      },
    ]);
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it("of metrics is told with the next points and asks for no export of its own", async () => {
    await collectorAnswers(
      { signal: "metrics", status: 200, cut: "reset" },
      { signal: "traces", status: 500 },
    );
    await withSpans(0);
    await drained();
    expect(exportCounts().metrics).toMatchObject({ ended: 2, sent: 0, uncertain: 1, buffered: 1 });
    await collectorAnswers({ signal: "traces", status: 500 });
    await withSpans(0);
    await drained();
    const told = (await points()).flatMap(({ sum }) => sum.dataPoints).map(labelsOf);
    expect(told).toContainEqual({ "frontdesk.signal": "metrics", "frontdesk.uncertain.reason": "no_answer" });
    expectBooked();
  });

  it("is one record a minute, which tells of all", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const refused = { signal: "traces", status: 500 } as const;
    await collectorAnswers(refused, refused, refused);
    for (let round = 0; round < 3; round++) {
      await withSpans(0);
      await drained();
    }
    expect(warned).toHaveBeenCalledTimes(1);
    const real = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => real() + 61_000);
    await withSpans(0);
    expect(warned).toHaveBeenCalledTimes(2);
    expect(warned).toHaveBeenLastCalledWith(expect.stringContaining("2 traces: rejected"));
  });

  it("is not what a message without a rejection tells: it is a warning", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const body = JSON.stringify({
      partialSuccess: { errorMessage: "use fewer attributes, bob@mail.example" },
    });
    await collectorAnswers({ signal: "traces", status: 200, headers: json, body });
    await withSpans(0);
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 1, sent: 1, dropped: 0 });
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('"event":"telemetry.warned"'));
    expect(warned).toHaveBeenCalledWith(
      expect.stringContaining("the receiver says: use fewer attributes, [email]"),
    );
  });
});

describe("an export that is thought dead and is not", () => {
  it("leaves its batch as it is booked, and everything else to whoever took over", async () => {
    const slow = (hangMs: number) => ({ signal: "traces", status: 200, hangMs }) as const;
    await collectorAnswers(slow(1_500), slow(4_000));
    const asked = (count: number) =>
      eventually(async () => (ofSignal("traces", await received()).length === count ? true : undefined));
    await withSpans(2);
    await asked(1);
    const real = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => real() + 31_000);
    await withSpans(0);
    vi.restoreAllMocks();
    await asked(2);
    // The first is answered now; the second still is not, and only then it is the turn of metrics.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(exportCounts().traces).toMatchObject({ ended: 4, sent: 0, uncertain: 3, buffered: 1 });
    expect(ofSignal("metrics", await received())).toEqual([]);
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 4, sent: 1, uncertain: 3 });
    expectBooked();
  });
});

describe("an outage", () => {
  it("loses the batch that was on its way; what ends meanwhile arrives when the collector is back", async () => {
    const away = { signal: "traces", status: 200, cut: "reset" } as const;
    await collectorAnswers(away, away, away);
    await withSpans(0);
    await eventually(() => (exportCounts().traces.uncertain === 1 ? true : undefined));
    for (let round = 0; round < 30; round++)
      await inRequest(() => {
        span("heartbeat", {}, () => undefined);
        log("warn", invented("still.there"), { "frontdesk.module": "telemetry" });
      });
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 61, sent: 60, uncertain: 1 });
    expect(exportCounts().logs).toMatchObject({ dropped: 0, uncertain: 0 });
    expectBooked();
  });
});
