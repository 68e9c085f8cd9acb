import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { consoleLine, type Severity } from "../../telemetry/kit/console-line.ts";
import { watch } from "../../telemetry/kit/recording.ts";
import type { LogRecord, LooseAttributes, SpanRecord } from "../../telemetry/kit/records.ts";
import type { Seen } from "../support/live-check/message.ts";
import { takePlants } from "./support/plants.ts";

// Runs before every test file of test/worker: whatever the kit is given, before its allow-list drops anything,
// and every line that is printed, is held against the registry. See test/support/live-check.

type Told = { -readonly [K in "spans" | "logs" | "points" | "lines"]: Seen[K][number][] };
const empty = (): Told => ({ spans: [], logs: [], points: [], lines: [] });
let seen = empty();

const kinds = ["INTERNAL", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"] as const;

const stop = watch({
  span: (span) => void seen.spans.push(seenSpan(span)),
  log: (log) => {
    seen.logs.push(seenLog(log));
    // What is printed is this text; a test may keep it from the console.
    seen.lines.push(consoleLine(log.severityText.toLowerCase() as Severity, log));
  },
  point: ({ metric, unit, kind, labels }) =>
    void seen.points.push({ metric, unit, kind, labels: set(labels) }),
});

const seenSpan = ({ name, kind, attributes, invocation, events, links }: SpanRecord) => ({
  name,
  kind: kinds[kind],
  attributes: set({ ...invocation?.fields, ...attributes }),
  events: (events ?? []).map((event) => ({ name: event.name, attributes: set(event.attributes) })),
  links: (links ?? []).map((link) => ({ attributes: set(link.attributes ?? {}) })),
});

const seenLog = ({ event, severityText, attributes, invocation }: LogRecord) => ({
  event,
  severity: severityText.toLowerCase(),
  attributes: set({ ...invocation?.fields, ...attributes }),
});

// undefined means that there is nothing to say; anything else is meant to leave.
const set = (attributes: LooseAttributes) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

const printers = ["debug", "log", "warn", "error"] as const;
const raws = printers.map((name) => {
  const raw = console[name];
  console[name] = (...args: unknown[]) => {
    // The kit's own lines are in already; what else looks like a record must be one too.
    if (typeof args[0] === "string" && args[0].startsWith("{")) seen.lines.push(args[0]);
    raw(...args);
  };
  return [name, raw] as const;
});

const { fetch } = globalThis;
// A test may give what no JSON can hold.
const asText = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

async function tell(isLast: boolean): Promise<void> {
  const told: Seen = { file: expect.getState().testPath ?? "", ...seen, plants: takePlants(), isLast };
  seen = empty();
  const response = await fetch(inject("liveCheck"), { method: "POST", body: JSON.stringify(told, asText) });
  const complaints = (await response.json()) as string[];
  if (complaints.length > 0)
    throw new Error(`the registry does not have what was emitted:\n  ${complaints.join("\n  ")}`);
}

// What a file plants is known before it emits anything.
beforeAll(() => tell(false));
afterEach(() => tell(false));
afterAll(async () => {
  stop();
  for (const [name, raw] of raws) console[name] = raw;
  await tell(true);
});
