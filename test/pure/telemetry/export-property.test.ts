import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Fault, fakeCollector } from "./fake-collector.ts";

// The exporter takes fetch when it is loaded, before anything can wrap it.
const collector = vi.hoisted(() => ({
  fetch: (_url: string, _init: RequestInit) => new Promise<Response>(() => {}),
}));
vi.hoisted(() => {
  globalThis.fetch = ((url: string, init: RequestInit) => collector.fetch(url, init)) as typeof fetch;
});

const { useConfig } = await import("../../../telemetry/kit/config.ts");
const { emptyBuffer, offerLog, offerPoint, offerSpan } = await import(
  "../../../telemetry/kit/export/buffer.ts"
);
const { resetCounts } = await import("../../../telemetry/kit/export/counts.ts");
const { requestFlush, resetFlush } = await import("../../../telemetry/kit/export/flush.ts");
const { lanes } = await import("../../../telemetry/kit/export/lane.ts");
const { exportCounts } = await import("../../../telemetry/kit/export/status.ts");

let made = 0;
let counted = 0;
let rejections: unknown[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  // Node's own timeout does not know the fake clock.
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("too late", "TimeoutError")), ms);
    return controller.signal;
  });
  useConfig({ environment: "local", release: "test", otlpEndpoint: "http://collector.test" });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function reset(): void {
  vi.clearAllTimers();
  emptyBuffer();
  resetFlush();
  resetCounts();
  made = counted = 0;
  rejections = [];
}

function endSpans(amount: number, attributes: Record<string, unknown> = {}): void {
  for (let count = 0; count < amount; count++)
    offerSpan({
      // Ids as random as real ones: they are what compression cannot make smaller.
      traceId: randomBytes(16).toString("hex"),
      spanId: `${randomBytes(4).toString("hex")}${(++made).toString(16).padStart(8, "0")}`,
      parentSpanId: undefined,
      traceState: undefined,
      parentIsRemote: false,
      name: "heartbeat",
      kind: 1,
      startMs: Date.now(),
      endMs: Date.now(),
      failed: false,
      attributes: { ...attributes },
      links: undefined,
      events: undefined,
      invocation: undefined,
    });
}

function endLogs(amount: number): void {
  for (let count = 0; count < amount; count++)
    offerLog({
      timeMs: Date.now(),
      severityNumber: 9,
      severityText: "INFO",
      event: "still.there",
      message: undefined,
      attributes: {},
      traceId: undefined,
      spanId: undefined,
      invocation: undefined,
    });
}

const counter = "frontdesk.logs.suppressed";

function addPoints(amount: number): void {
  for (let count = 0; count < amount; count++) {
    const isSum = count % 2 === 0;
    if (isSum) counted++;
    offerPoint({
      metric: isSum ? counter : "frontdesk.outbox.age",
      unit: "s",
      kind: isSum ? "sum" : "gauge",
      labels: { "frontdesk.signal": `${count % 7}` },
      startMs: Date.now(),
      timeMs: Date.now(),
      value: 1,
    });
  }
}

/** A request that ends; one that dies is never heard of again, as when waitUntil is cut. */
function endRequest(patient: boolean): void {
  requestFlush({ patient, waitUntil: (work) => void work.catch((error) => rejections.push(error)) });
}

type Step =
  | {
      readonly kind: "work";
      readonly spans: number;
      readonly logs: number;
      readonly points: number;
      readonly patient: boolean;
    }
  | { readonly kind: "fault"; readonly fault: Fault; readonly times: number }
  | { readonly kind: "wait"; readonly ms: number };

const faults = fc.constantFrom<Fault>(
  "lost",
  "lost after taking",
  "hang",
  "hang for ever",
  "slow",
  "after the lease",
  "429",
  "429 for long",
  "503",
  "500",
  "400",
  "html",
  "broken json",
  "part",
  "part too large",
  "says",
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("work" as const),
    spans: fc.oneof(fc.nat(20), fc.nat(20), fc.nat(3_000)),
    logs: fc.oneof(fc.nat(5), fc.nat(2_000)),
    points: fc.nat(10),
    patient: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("fault" as const), fault: faults, times: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.oneof(fc.nat(2_000), fc.nat(70_000)) }),
);

function expectBooked(): void {
  for (const [signal, { ended, sent, dropped, uncertain, buffered }] of Object.entries(exportCounts()))
    expect([signal, sent + dropped + uncertain + buffered]).toEqual([signal, ended]);
}

function expectBounded(): void {
  for (const lane of lanes) expect(lane.loose).toBeLessThanOrEqual(4096);
  expect(rejections).toEqual([]);
}

it("after any faults sent + dropped + uncertain + buffered = ended, nothing is sent twice, nothing throws, and buffers stay bounded", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      reset();
      const receiver = fakeCollector();
      collector.fetch = receiver.fetch;
      for (const current of steps) {
        if (current.kind === "fault") receiver.fail(current.fault, current.times);
        else if (current.kind === "wait") await vi.advanceTimersByTimeAsync(current.ms);
        else {
          endSpans(current.spans);
          endLogs(current.logs);
          addPoints(current.points);
          endRequest(current.patient);
          await vi.advanceTimersByTimeAsync(1);
        }
        expectBooked();
        expectBounded();
      }
      receiver.heal();
      for (let minute = 0; minute < 12; minute++) {
        endRequest(true);
        await vi.advanceTimersByTimeAsync(60_000);
      }
      expectBooked();
      const { traces, logs, metrics } = exportCounts();
      expect([traces.buffered, logs.buffered]).toEqual([0, 0]);
      expect(traces.ended).toBe(made);
      expect(receiver.twice()).toEqual([]);
      // What it took is what we call sent, and at most what we are not certain of.
      expect(receiver.taken("traces")).toBeGreaterThanOrEqual(traces.sent);
      expect(receiver.taken("traces")).toBeLessThanOrEqual(traces.sent + traces.uncertain);
      expect(receiver.taken("logs")).toBeGreaterThanOrEqual(logs.sent);
      expect(receiver.taken("logs")).toBeLessThanOrEqual(logs.sent + logs.uncertain);
      // However often a delta was refused and came back, it was counted once, in a time that runs forward.
      expect(receiver.backwards()).toEqual([]);
      expect(receiver.sumOf(counter)).toBeLessThanOrEqual(counted);
      if (metrics.dropped + metrics.uncertain + metrics.buffered === 0)
        expect(receiver.sumOf(counter)).toBe(counted);
    }),
    { numRuns: 100 },
  );
}, 120_000);

it("a hundred seconds without a receiver at 800 spans a second lose the batch that was on its way", async () => {
  reset();
  const receiver = fakeCollector();
  collector.fetch = receiver.fetch;
  receiver.fail("lost", 1_000);
  for (let second = 0; second < 100; second++)
    for (let part = 0; part < 4; part++) {
      endSpans(200);
      endRequest(true);
      await vi.advanceTimersByTimeAsync(250);
    }
  expect(exportCounts().traces).toMatchObject({ dropped: 0, sent: 0, uncertain: 200 });
  receiver.heal();
  // Requests go on, or the last of what waits is for cron.
  for (let second = 0; second < 60; second++) {
    endRequest(true);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(exportCounts().traces).toMatchObject({ ended: 80_000, sent: 79_800, uncertain: 200, buffered: 0 });
  expect(receiver.twice()).toEqual([]);
});

it("a record that is larger than any may be is counted as dropped, and takes no other with it", async () => {
  reset();
  const receiver = fakeCollector();
  collector.fetch = receiver.fetch;
  endSpans(1);
  endSpans(1, { "url.path": "/".repeat(65 * 1024) });
  endSpans(1);
  endRequest(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(exportCounts().traces).toMatchObject({ ended: 3, sent: 2, dropped: 1, buffered: 0 });
  expect(exportCounts().traces.droppedBy.too_large).toBe(1);
  expect(receiver.taken("traces")).toBe(2);
});
