import { config } from "../config.ts";
import type { LogRecord, LooseAttributes, Point, Signal, SpanRecord } from "../records.ts";
import { type DropReason, tallies, type UncertainReason } from "./counts.ts";

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
  #items: T[] = [];
  // Beside the items and not around them: one object less for each record.
  #sizes: number[] = [];
  #bytes = 0;

  constructor(signal: Signal) {
    this.signal = signal;
  }

  get length(): number {
    return this.#items.length;
  }

  offer(item: T, bytes: number): void {
    tallies[this.signal].ended++;
    const full = this.#items.length >= itemsMax || this.#bytes + bytes > bytesMax;
    if (full || bytes > itemBytesMax) drop(this.signal, full ? "buffer_full" : "too_large", 1);
    else {
      this.#items.push(item);
      this.#sizes.push(bytes);
      this.#bytes += bytes;
    }
  }

  /** The oldest records, at most so many and so large together; always one when there is one. */
  take(countMax: number, batchBytesMax: number): T[] {
    let bytes = 0;
    let count = 0;
    for (; count < this.#items.length && count < countMax; count++) {
      const size = this.#sizes[count] as number;
      if (count > 0 && bytes + size > batchBytesMax) break;
      bytes += size;
    }
    this.#bytes -= bytes;
    this.#sizes.splice(0, count);
    return this.#items.splice(0, count);
  }
}

/** Everything of this isolate that waits for export. Plain data only: a promise or a timer here would belong to one request. */
export const buffer = {
  spans: new Bounded<SpanRecord>("traces"),
  logs: new Bounded<LogRecord>("logs"),
  points: new Map<string, Point>(),
  /** Losses of metrics: they leave with other points and are no reason to send any, or a receiver that refuses them is asked for ever. */
  quietPoints: new Map<string, Point>(),
  sink: undefined as Sink | undefined,
};

/** Off until an endpoint is configured. */
const isOpen = () => config().otlpEndpoint !== "";

export function offerSpan(span: SpanRecord): void {
  buffer.sink?.span(span);
  if (!isOpen()) return;
  let bytes = 400 + sizeOf(span.attributes);
  if (span.links)
    for (const { attributes } of span.links) bytes += 100 + (attributes ? sizeOf(attributes) : 0);
  if (span.events) for (const { attributes } of span.events) bytes += 100 + sizeOf(attributes);
  buffer.spans.offer(span, bytes);
}

export function offerLog(log: LogRecord): void {
  buffer.sink?.log(log);
  if (isOpen()) buffer.logs.offer(log, 300 + (log.message?.length ?? 0) + sizeOf(log.attributes));
}

/** Adds a delta to its series, or replaces the value of a gauge. */
export function offerPoint(point: Point): void {
  buffer.sink?.point(point);
  if (isOpen()) addPoint(buffer.points, point);
}

function addPoint(series: Map<string, Point>, point: Point, bound = seriesMax): void {
  const key = keyOf(point);
  const known = series.get(key);
  if (known !== undefined) {
    known.value = point.kind === "sum" ? known.value + point.value : point.value;
    // A delta that was sent and comes back is older than what was counted meanwhile.
    known.startMs = Math.min(known.startMs, point.startMs);
    known.timeMs = Math.max(known.timeMs, point.timeMs);
    return;
  }
  tallies.metrics.ended++;
  if (series.size >= bound) drop("metrics", "buffer_full", 1);
  else series.set(key, { ...point });
}

// As text, because not everything that is no label can be made JSON.
const keyOf = ({ metric, labels }: Point) =>
  `${metric} ${JSON.stringify(Object.entries(labels).map(String).sort())}`;

const observers: (() => void)[] = [];
/** Calls `observer` before metrics leave, so that it adds what it counted since. */
export const observeBeforeExport = (observer: () => void): void => {
  observers.push(observer);
};
export function observe(): void {
  for (const observer of observers) observer();
}

export function takePoints(): Point[] {
  const points = [...buffer.points.values(), ...buffer.quietPoints.values()];
  buffer.points.clear();
  buffer.quietPoints.clear();
  return points;
}

/** Puts points that were surely not taken back to their series: deltas are added up, a gauge that was written meanwhile is newer. */
export function returnPoints(points: readonly Point[]): void {
  tallies.metrics.ended -= points.length;
  for (const point of points)
    if (point.kind === "sum" || !buffer.points.has(keyOf(point))) addPoint(buffer.points, point);
}

/** Puts all back to empty; for tests. */
export function emptyBuffer(): void {
  takePoints();
  losses.clear();
  buffer.spans.take(itemsMax, Number.POSITIVE_INFINITY);
  buffer.logs.take(itemsMax, Number.POSITIVE_INFINITY);
}

/** Losses that no log record tells of yet: how many records, by signal and reason. */
export const losses = new Map<string, number>();

/** Counts a loss that is certain, here and as a metric of its own. */
export function drop(signal: Signal, reason: DropReason, items: number): void {
  tallies[signal].droppedBy[reason] += items;
  offerLoss("frontdesk.telemetry.dropped", "frontdesk.drop.reason", signal, reason, items);
}

/** Counts records of which nobody knows whether they were taken. */
export function lose(signal: Signal, reason: UncertainReason, items: number): void {
  tallies[signal].uncertainBy[reason] += items;
  offerLoss("frontdesk.telemetry.uncertain", "frontdesk.uncertain.reason", signal, reason, items);
}

function offerLoss(metric: string, label: string, signal: Signal, reason: string, items: number): void {
  const now = Date.now();
  const labels = { "frontdesk.signal": signal, [label]: reason };
  const point = {
    metric,
    unit: "{item}",
    kind: "sum",
    labels,
    startMs: now,
    timeMs: now,
    value: items,
  } as const;
  buffer.sink?.point(point);
  // Signals and reasons are few, so the bound of the other series is not theirs.
  addPoint(signal === "metrics" ? buffer.quietPoints : buffer.points, point, Number.POSITIVE_INFINITY);
  const kind = `${signal}: ${reason}`;
  losses.set(kind, (losses.get(kind) ?? 0) + items);
}

/** About what a bag weighs, here and on the wire. What is no scalar is never exported, so it is let go at once. */
function sizeOf(attributes: LooseAttributes): number {
  let bytes = 0;
  for (const name in attributes) {
    const value = attributes[name];
    bytes += 50 + name.length + (typeof value === "string" ? value.length : 8);
    if (typeof value === "object" && value !== null) attributes[name] = undefined;
  }
  return bytes;
}
