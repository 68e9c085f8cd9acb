import type { Point, Signal } from "../records.ts";
import { buffer, drop, lose, offerPoint, takePoints } from "./buffer.ts";
import { tallies } from "./counts.ts";
import { encodeLogs, encodePoints, encodeSpans } from "./otlp.ts";
import type { Answer } from "./post.ts";

const itemsMax = 1024;
const bytesMax = 1024 * 1024;
const attemptsMax = 5;

/** What one request to the receiver carries; kept whole while it may be sent again. */
export type Batch = {
  readonly signal: Signal;
  readonly body: string;
  readonly items: number;
  /** Metrics that are not taken go back to their series instead of being lost. */
  readonly points: readonly Point[];
  attempts: number;
};

/** Takes the next batch of a signal out of the buffer; undefined when there is nothing. */
export function nextBatch(signal: Signal): Batch | undefined {
  if (signal === "traces") return pack(signal, buffer.spans.take(itemsMax, bytesMax), encodeSpans);
  if (signal === "logs") return pack(signal, buffer.logs.take(itemsMax, bytesMax), encodeLogs);
  const points = takePoints();
  return pack(signal, points, encodePoints, points);
}

function pack<T>(
  signal: Signal,
  items: readonly T[],
  encode: (items: readonly T[]) => string,
  points: readonly Point[] = [],
): Batch | undefined {
  if (items.length === 0) return undefined;
  try {
    return { signal, body: encode(items), items: items.length, points, attempts: 0 };
  } catch {
    drop(signal, "encode_error", items.length);
    return undefined;
  }
}

/** Books what the receiver made of a batch; true when the batch is to be sent again. */
export function settle(batch: Batch, answer: Answer): boolean {
  batch.attempts++;
  if (answer.kind === "later" && batch.attempts < attemptsMax) return true;
  if (answer.kind === "accepted") accept(batch, Math.min(answer.rejected, batch.items));
  else if (answer.kind === "unknown") lose(batch.signal, batch.items);
  else if (batch.signal === "metrics") putBack(batch);
  else drop(batch.signal, answer.kind === "later" ? "retries_exhausted" : "rejected", batch.items);
  return false;
}

function accept({ signal, items }: Batch, rejected: number): void {
  tallies[signal].sent += items - rejected;
  if (rejected > 0) drop(signal, "partial_success", rejected);
}

// Deltas that were surely not taken are added to the next ones; a gauge that was written meanwhile is newer.
function putBack({ points, signal, items }: Batch): void {
  tallies[signal].ended -= items;
  for (const point of points) if (point.kind === "sum") offerPoint(point);
}
