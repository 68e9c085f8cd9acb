import { config } from "../config.ts";
import { printRecord } from "../console-line.ts";
import type { LogRecord, LooseAttributes, Point, Signal, SpanRecord } from "../records.ts";
import { type DropReason, tallies } from "./counts.ts";

// Both bounds hold for each signal: what a silent collector may cost in memory.
const itemsMax = 4096;
const bytesMax = 4 * 1024 * 1024;
const itemBytesMax = 64 * 1024;
const seriesMax = 1000;

/** Sees every record as it ends; the in-memory double of the tests. */
export type Sink = {
  readonly span: (span: SpanRecord) => void;
  readonly log: (log: LogRecord) => void;
  readonly point: (point: Point) => void;
};

class Bounded<T> {
  readonly signal: Signal;
  items: { readonly item: T; readonly bytes: number }[] = [];
  bytes = 0;

  constructor(signal: Signal) {
    this.signal = signal;
  }

  offer(item: T, bytes: number): void {
    tallies[this.signal].ended++;
    const full = this.items.length >= itemsMax || this.bytes + bytes > bytesMax;
    if (full || bytes > itemBytesMax) drop(this.signal, full ? "buffer_full" : "too_large", 1);
    else {
      this.items.push({ item, bytes });
      this.bytes += bytes;
    }
  }

  take(countMax: number, batchBytesMax: number): T[] {
    let bytes = 0;
    let count = 0;
    while (count < this.items.length && count < countMax) {
      bytes += this.items[count]?.bytes ?? 0;
      if (count > 0 && bytes > batchBytesMax) break;
      count++;
    }
    const taken = this.items.splice(0, count);
    for (const { bytes: size } of taken) this.bytes -= size;
    return taken.map(({ item }) => item);
  }
}

/** Everything of this isolate that waits for export. Plain data only: a promise or a timer here would belong to one request. */
export const buffer = {
  spans: new Bounded<SpanRecord>("traces"),
  logs: new Bounded<LogRecord>("logs"),
  points: new Map<string, Point>(),
  sink: undefined as Sink | undefined,
};

/** Records that wait, of all signals. */
export const buffered = (): number =>
  buffer.spans.items.length + buffer.logs.items.length + buffer.points.size;

/** Off until an endpoint is configured. */
const isOpen = () => config().otlpEndpoint !== "";

export function offerSpan(span: SpanRecord): void {
  buffer.sink?.span(span);
  if (isOpen()) buffer.spans.offer(span, 300 + sizeOf(span.attributes) + 100 * (span.links?.length ?? 0));
}

export function offerLog(log: LogRecord): void {
  buffer.sink?.log(log);
  if (isOpen()) buffer.logs.offer(log, 200 + (log.message?.length ?? 0) + sizeOf(log.attributes));
}

/** Adds a delta to its series, or replaces the value of a gauge. */
export function offerPoint(point: Point): void {
  buffer.sink?.point(point);
  if (!isOpen()) return;
  const key = `${point.metric} ${JSON.stringify(Object.entries(point.labels).sort())}`;
  const known = buffer.points.get(key);
  if (known === undefined) {
    tallies.metrics.ended++;
    if (buffer.points.size >= seriesMax) drop("metrics", "buffer_full", 1);
    else buffer.points.set(key, { ...point });
    return;
  }
  known.value = point.kind === "sum" ? known.value + point.value : point.value;
  known.timeMs = point.timeMs;
}

const observers: (() => void)[] = [];
/** Calls `observer` before metrics leave, so that it adds what it counted since. */
export const observeBeforeExport = (observer: () => void): void => {
  observers.push(observer);
};

export function takePoints(): Point[] {
  for (const observe of observers) observe();
  const points = [...buffer.points.values()];
  buffer.points.clear();
  return points;
}

/** Puts all back to empty; for tests. */
export function emptyBuffer(): void {
  takePoints();
  buffer.spans.take(itemsMax, Number.POSITIVE_INFINITY);
  buffer.logs.take(itemsMax, Number.POSITIVE_INFINITY);
}

/** Counts a loss, here and as a metric of its own. */
export function drop(signal: Signal, reason: DropReason, items: number): void {
  tallies[signal].dropped[reason] += items;
  offerLoss(
    "frontdesk.telemetry.dropped",
    { "frontdesk.signal": signal, "frontdesk.drop.reason": reason },
    signal,
    items,
  );
}

export function lose(signal: Signal, items: number): void {
  tallies[signal].uncertain += items;
  offerLoss("frontdesk.telemetry.uncertain", { "frontdesk.signal": signal }, signal, items);
}

// The loss of metrics is counted in the tallies only: reporting it would be lost the same way, for ever.
function offerLoss(metric: string, labels: LooseAttributes, signal: Signal, items: number): void {
  if (signal === "metrics" || items === 0) return;
  const now = Date.now();
  offerPoint({ metric, unit: "{item}", kind: "sum", labels, startMs: now, timeMs: now, value: items });
  if (now - lastWarningAt >= warningEveryMs || now < lastWarningAt) {
    lastWarningAt = now;
    warn(labels, items, now);
  }
}

// A collector that is away loses something every second; one record a minute says it as well.
const warningEveryMs = 60_000;
let lastWarningAt = Number.NEGATIVE_INFINITY;

function warn(labels: LooseAttributes, items: number, timeMs: number): void {
  const message = `${items} records of telemetry were ${"frontdesk.drop.reason" in labels ? "dropped" : "sent without an answer"}`;
  const event = "telemetry.lost";
  const record: LogRecord = {
    timeMs,
    severityNumber: 13,
    severityText: "WARN",
    event,
    message,
    attributes: { ...labels, "event.name": event, "frontdesk.module": "telemetry" },
    traceId: undefined,
    spanId: undefined,
    invocation: undefined,
  };
  offerLog(record);
  printRecord("warn", record);
}

function sizeOf(attributes: LooseAttributes): number {
  let bytes = 0;
  for (const name in attributes) {
    const value = attributes[name];
    bytes += 50 + name.length + (typeof value === "string" ? value.length : 8);
  }
  return bytes;
}
