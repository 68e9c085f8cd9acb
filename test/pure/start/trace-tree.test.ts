import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { paintFor, type Screen, silentScreen } from "../../../scripts/stack/screen.ts";
import { spansOf } from "../../../scripts/tap/otlp-json.ts";
import { type Shown, tracePrinter } from "../../../scripts/tap/printer.ts";

/** Three requests as the Worker sent them: a booking, a taken slot, a health check; then its event, then cron. */
const recorded = readFileSync(join(import.meta.dirname, "recorded-traces.ndjson"), "utf8")
  .trim()
  .split("\n");

afterEach(() => {
  vi.useRealTimers();
});

function printer(shown: Shown, coloured = false) {
  vi.useFakeTimers();
  const printed: string[] = [];
  const screen: Screen = {
    ...silentScreen,
    paint: paintFor(coloured, {}),
    print: (text) => printed.push(text),
  };
  return { ...tracePrinter(screen, shown), printed };
}

/** Sends the recording as it was sent, a second between the requests, and waits until all is quiet. */
function show(shown: Shown, coloured = false): string[] {
  const { add, printed } = printer(shown, coloured);
  for (const request of recorded) {
    add(request);
    vi.advanceTimersByTime(1_000);
  }
  vi.advanceTimersByTime(10_000);
  return printed;
}

type Span = Record<string, unknown>;
const request = (...spans: Span[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const span = (spanId: string, change: Span = {}): Span => ({
  ...{ traceId: "a".repeat(32), spanId, name: spanId, kind: 1 },
  ...{ startTimeUnixNano: "1795250420000000000", endTimeUnixNano: "1795250420012500000" },
  ...change,
});

describe("The recorded requests", () => {
  it("are printed as one tree each", () => {
    expect(show("requests").join("\n")).toMatchInlineSnapshot(`
      "09:46:42 POST /v1/bookings server  28 ms  201  f7773dd3c02c9dc397da71aeff9a50a7
      ├─ SELECT sessions users client  3 ms
      ├─ BATCH idempotency decisions client  3 ms
      └─ booking.create  18 ms  created
         ├─ SELECT rooms client  3 ms
         ├─ RoomCalendar/hold client  5 ms
         │  └─ RoomCalendar/hold server  1 ms
         ├─ BATCH decisions bookings outbox audit idempotency client  4 ms
         ├─ RoomCalendar/apply client  2 ms
         │  └─ RoomCalendar/apply server  0 ms
         ├─ UPDATE outbox client  8 ms
         ├─ UPDATE decisions client  7 ms
         └─ outbox.relay  6 ms
            ├─ send frontdesk-events producer  3 ms
            └─ UPDATE outbox client  2 ms

      09:46:42 POST /v1/bookings server  21 ms  409  slot_taken  75e19dc3e13efefa03dd45d15caea5ff
      ├─ SELECT sessions users client  2 ms
      ├─ BATCH idempotency decisions client  3 ms
      ├─ booking.create  5 ms  taken
      │  ├─ SELECT rooms client  1 ms
      │  └─ RoomCalendar/hold client  4 ms
      │     └─ RoomCalendar/hold server  0 ms
      └─ INSERT idempotency client  3 ms

      09:46:43 process frontdesk-events consumer  4 ms  f4cb8b0a07ca5e8b9e9b84754dcddca7
         ↳ comes from POST /v1/bookings f7773dd3
      └─ event.handle  3 ms  handled
         └─ BATCH inbox activity activity_days outbox client  3 ms
      "
    `);
  });

  it("name the request that an event comes from", () => {
    const event = show("requests").find((text) => text.includes("process frontdesk-events"));
    expect(event).toContain("↳ comes from POST /v1/bookings");
  });

  it("leave out health, heartbeat and cron, unless all are asked for", () => {
    const names = /GET \/v1\/health|heartbeat|scheduled/;
    expect(show("requests").join("\n")).not.toMatch(names);
    const all = show("all").join("\n");
    for (const name of ["GET /v1/health", "heartbeat", "scheduled * * * * *"]) expect(all).toContain(name);
  });

  it("leave out what follows from a probe: later in its trace, and in traces that only come from it", () => {
    const { add, printed } = printer("requests");
    const [probe, mine] = ["b".repeat(32), "c".repeat(32)];
    const synthetic = [{ key: "user_agent.synthetic.type", value: { stringValue: "test" } }];
    const from = (...ids: string[]) => ids.map((traceId) => ({ traceId, spanId: "1".repeat(16) }));
    add(request(span("process alone", { traceId: "d".repeat(32), links: from(probe) })));
    add(request(span("POST", { traceId: probe, parentSpanId: "far", kind: 2, attributes: synthetic })));
    vi.advanceTimersByTime(9_000);
    add(request(span("constructor", { traceId: probe, parentSpanId: "POST" })));
    add(request(span("process both", { traceId: "e".repeat(32), links: from(probe, mine) })));
    vi.advanceTimersByTime(9_000);
    expect(printed.map((tree) => tree.split("  ")[0])).toEqual([`${time} process both`]);
  });

  it("leave out objects that are made when they are needed, unless that fails", () => {
    const { add, printed } = printer("requests");
    add(request(span("RoomCalendar/constructor")));
    add(request(span("RoomCalendar/constructor", { traceId: "b".repeat(32), status: { code: 2 } })));
    vi.advanceTimersByTime(9_000);
    expect(printed).toEqual([expect.stringContaining("✗ error")]);
  });

  it("are not read at all when nothing is shown", () => expect(show("nothing")).toEqual([]));

  it("are coloured on a terminal: what went well green, what was refused yellow", () => {
    const text = show("requests", true).join("\n");
    expect(text).toContain("\x1b[32m201\x1b[0m");
    expect(text).toContain("\x1b[33m409\x1b[0m");
  });
});

describe("A trace", () => {
  it("waits for its root, and for a second of quiet after it", () => {
    const { add, printed } = printer("requests");
    add(request(span("child", { parentSpanId: "root", kind: 2 })));
    vi.advanceTimersByTime(3_000);
    expect(printed).toEqual([]);
    add(request(span("root", { kind: 2 })));
    vi.advanceTimersByTime(900);
    expect(printed).toEqual([]);
    vi.advanceTimersByTime(600);
    expect(printed).toEqual([`${time} root server  13 ms  ${"a".repeat(32)}\n└─ child server  13 ms\n`]);
  });

  it("that continues a caller's trace has its HTTP entry as root", () => {
    const { add, printed } = printer("requests");
    const sli = [{ key: "frontdesk.sli", value: { boolValue: true } }];
    add(request(span("entry", { parentSpanId: "elsewhere", kind: "SPAN_KIND_SERVER", attributes: sli })));
    vi.advanceTimersByTime(1_500);
    expect(printed).toEqual([`${time} entry server  13 ms  ${"a".repeat(32)}\n`]);
  });

  it("whose root never comes is printed all the same", () => {
    const { add, printed } = printer("requests");
    add(request(span("lost", { parentSpanId: "gone" })));
    vi.advanceTimersByTime(9_000);
    expect(printed.join("")).toContain("lost");
  });

  it("that goes on after it was printed says after what", () => {
    const { add, printed } = printer("requests");
    add(request(span("POST /v1/bookings", { kind: 2 })));
    vi.advanceTimersByTime(2_000);
    add(request(span("alarm", { parentSpanId: "gone" })));
    vi.advanceTimersByTime(2_000);
    expect(printed[1]).toContain("later, after POST /v1/bookings: alarm");
  });

  it("that failed says why, in red", () => {
    const { add, printed } = printer("requests", true);
    const attributes = [{ key: "error.type", value: { stringValue: "timeout" } }];
    add(request(span("root", { kind: 2, status: { code: 2 }, attributes })));
    vi.advanceTimersByTime(2_000);
    expect(printed[0]).toContain("\x1b[31m✗ timeout\x1b[0m");
  });

  it("that was refused says which problem, in yellow", () => {
    const { add, printed } = printer("requests", true);
    const attributes = [{ key: "frontdesk.problem.code", value: { stringValue: "slot_taken" } }];
    add(request(span("root", { kind: 2, attributes })));
    vi.advanceTimersByTime(2_000);
    expect(printed[0]).toContain("\x1b[33mslot_taken\x1b[0m");
  });

  it("of very many spans is cut, and says so", () => {
    const { add, printed } = printer("requests");
    const children = Array.from({ length: 400 }, (_, index) => span(`s${index}`, { parentSpanId: "root" }));
    add(request(span("root"), ...children));
    vi.advanceTimersByTime(2_000);
    expect(printed[0]?.trim().split("\n")).toHaveLength(301);
    expect(printed[0]).toContain("… and 101 more spans");
  });
});

it("A load test does not drown the terminal: what is too fast is counted", () => {
  const { add, printed } = printer("requests");
  for (let index = 0; index < 100; index++)
    add(request(span("root", { traceId: index.toString(16).padStart(32, "0") })));
  vi.advanceTimersByTime(3_000);
  expect(printed).toHaveLength(9);
  expect(printed[8]).toContain("… 92 more traces, too fast to print");
});

it("What is no OTLP is ignored", () => {
  const { add, printed } = printer("all");
  for (const text of [
    "",
    "no json",
    "[]",
    "null",
    '{"resourceSpans":[{"scopeSpans":{}}]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{},1]}]}]}',
  ])
    add(text);
  vi.advanceTimersByTime(20_000);
  expect(printed).toEqual([]);
});

it("Times keep their fraction: nanoseconds of today do not fit a double", () => {
  const [read] = spansOf(request(span("a")));
  expect((read?.endMs ?? 0) - (read?.startMs ?? 0)).toBeCloseTo(12.5, 3);
});

const time = new Date(1795250420000).toISOString().slice(11, 19);
