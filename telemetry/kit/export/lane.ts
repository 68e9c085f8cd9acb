import type { Signal } from "../records.ts";
import { type Batch, itemsMax, pack } from "./batch.ts";
import { buffer, drop, lose, returnPoints } from "./buffer.ts";
import { tallies } from "./counts.ts";
import type { Answer } from "./post.ts";

/** Silence after which the next record leaves at once, and the longest that others wait. */
export const windowMs = 1_000;
/** Counters are added up meanwhile, so they lose nothing by waiting longer. */
const metricsWindowMs = 5_000;
/** This many records do not wait for the window. */
const crowd = 512;
/** What compressed batches of one signal may weigh together: some 80 000 spans. */
const packedBytesMax = 4 * 1024 * 1024;
/** A batch is sent again for so long; what cannot be taken by then is lost. */
const budgetMs = 120_000;
/** Pauses double; a receiver may ask for a longer one. */
const pauseMs = { first: 500, most: 30_000, asked: 300_000 };

/** One signal on its way out: what is packed, and when the next may leave. Plain data that requests share. */
class Lane {
  readonly signal: Signal;
  readonly windowMs: number;
  #packed: Batch[] = [];
  #packedBytes = 0;
  #notBefore = 0;
  #pauses = 0;
  lastAt = 0;

  constructor(signal: Signal, ms = windowMs) {
    this.signal = signal;
    this.windowMs = ms;
  }

  /** Records that nobody has encoded yet. */
  get loose(): number {
    if (this.signal === "metrics") return buffer.points.size;
    return this.signal === "traces" ? buffer.spans.length : buffer.logs.length;
  }

  /** All records that are not on their way: loose, packed, and points that wait for company. */
  get buffered(): number {
    const quiet = this.signal === "metrics" ? buffer.quietPoints.size : 0;
    return this.#packed.reduce((sum, { items }) => sum + items, this.loose + quiet);
  }

  get hasWork(): boolean {
    return this.#packed.length > 0 || this.loose > 0;
  }

  get crowded(): boolean {
    return this.#packed.length > 0 || this.loose >= crowd;
  }

  /** Epoch milliseconds before which the receiver is left alone. A clock may be set back: nobody waits for the future it came from. */
  blockedUntil(now: number): number {
    return Math.max(
      Math.min(this.#notBefore, now + pauseMs.asked),
      Math.min(doubt.until, now + pauseMs.most * 2),
    );
  }

  /** When the next batch is to leave; `eager` does not wait for the window. Never without work. */
  dueAt(now: number, eager: boolean): number {
    if (!this.hasWork) return Number.POSITIVE_INFINITY;
    const at = eager || this.crowded ? 0 : Math.min(this.lastAt, now) + this.windowMs;
    return Math.max(at, this.blockedUntil(now));
  }

  next(): Batch | undefined {
    const batch = this.#packed.shift();
    if (batch === undefined) return pack(this.signal);
    this.#packedBytes -= batch.body.length;
    return batch;
  }

  #keep(batch: Batch, first: boolean): void {
    this.#packedBytes += batch.body.length;
    if (first) this.#packed.unshift(batch);
    else this.#packed.push(batch);
  }

  /** Packs what a receiver in trouble has let grow, so that an outage costs little memory and no record. */
  relieve(): void {
    while (this.signal !== "metrics" && this.loose >= itemsMax && this.#packedBytes < packedBytesMax) {
      const batch = pack(this.signal);
      if (batch) this.#keep(batch, false);
    }
  }

  /** Books what the receiver made of a batch. */
  settle(batch: Batch, answer: Answer, now: number): void {
    const { signal, items } = batch;
    if (answer.kind !== "later") this.#pauses = 0;
    if (answer.kind === "later") this.#again(batch, answer.afterMs, now);
    else if (answer.kind === "accepted") {
      const rejected = Math.min(answer.rejected, items);
      tallies[signal].sent += items - rejected;
      if (rejected > 0) drop(signal, "partial_success", rejected);
    } else if (answer.kind === "lost") lose(signal, "no_answer", items);
    else if (answer.kind === "unreadable") lose(signal, "unreadable_answer", items);
    else if (signal === "metrics") {
      this.pause(undefined, now);
      returnPoints(batch.points);
    } else drop(signal, "rejected", items);
  }

  #again(batch: Batch, afterMs: number | undefined, now: number): void {
    this.pause(afterMs, now);
    if (this.#notBefore <= (batch.firstAt ?? now) + budgetMs) this.#keep(batch, true);
    else if (this.signal === "metrics") returnPoints(batch.points);
    else drop(this.signal, "retries_exhausted", batch.items);
  }

  pause(afterMs: number | undefined, now: number): void {
    this.#notBefore = now + Math.min(pauseMs.asked, Math.max(afterMs ?? 0, growing(++this.#pauses)));
  }

  /** For tests. */
  reset(): void {
    this.#packed = [];
    this.#packedBytes = this.#notBefore = this.#pauses = this.lastAt = 0;
  }
}

// Isolates that failed together do not come back together.
const growing = (times: number) =>
  Math.min(pauseMs.first * 2 ** (times - 1), pauseMs.most) * (1 + Math.random() / 4);

export const traces = new Lane("traces");
export const logs = new Lane("logs");
export const metrics = new Lane("metrics", metricsWindowMs);
export const lanes: readonly Lane[] = [traces, logs, metrics];
export type { Lane };

/** After a lost connection nothing that could be lost is sent until an empty request was answered. */
export const doubt = { failures: 0, until: 0 };

/** Learns from every answer whether the receiver is there. */
export function learn(answer: Answer, now: number): void {
  doubt.failures = answer.kind === "lost" ? doubt.failures + 1 : 0;
  doubt.until = doubt.failures === 0 ? 0 : now + growing(doubt.failures);
}
