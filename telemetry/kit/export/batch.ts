import { gzipSync } from "node:zlib";
import type { Point, Signal } from "../records.ts";
import { buffer, drop, takePoints } from "./buffer.ts";
import { encodeLogs, encodePoints, encodeSpans } from "./otlp.ts";
import type { Body } from "./post.ts";

/** A buffer that holds this many is worth packing: compressed, a span takes about 50 bytes instead of 1 KB. */
export const itemsMax = 1024;
const bytesMax = 1024 * 1024;
const gzipFromLength = 1_024;

/** What one request to the receiver carries: encoded and compressed once, kept whole while it may be sent again. */
export type Batch = {
  readonly signal: Signal;
  readonly body: Body;
  readonly items: number;
  /** Metrics that are not taken go back to their series instead of being lost. */
  readonly points: readonly Point[];
  /** When it was first sent, epoch milliseconds. */
  firstAt: number | undefined;
};

/** Takes the oldest records of a signal out of the buffer; undefined when there are none. */
export function pack(signal: Signal): Batch | undefined {
  if (signal === "traces") return encoded(signal, buffer.spans.take(itemsMax, bytesMax), encodeSpans);
  if (signal === "logs") return encoded(signal, buffer.logs.take(itemsMax, bytesMax), encodeLogs);
  const points = takePoints();
  return encoded(signal, points, encodePoints, points);
}

function encoded<T>(
  signal: Signal,
  items: readonly T[],
  encode: (items: readonly T[]) => string,
  points: readonly Point[] = [],
): Batch | undefined {
  if (items.length === 0) return undefined;
  try {
    const text = encode(items);
    // Level 1 costs a third of the default for a seventh more bytes (ADR 0013).
    const body = text.length < gzipFromLength ? text : (gzipSync(text, { level: 1 }) as Body);
    return { signal, body, items: items.length, points, firstAt: undefined };
  } catch {
    drop(signal, "encode_error", items.length);
    return undefined;
  }
}
