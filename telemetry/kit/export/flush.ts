import { config } from "../config.ts";
import { runOutside } from "../context.ts";
import type { Signal } from "../records.ts";
import { type Batch, nextBatch, settle } from "./batch.ts";
import { buffered, lose } from "./buffer.ts";
import { post } from "./post.ts";

/** Silence after which the next record leaves at once, and the longest that others wait. */
const windowMs = 1_000;
/** This many records do not wait for the window. */
const crowd = 512;
/**
 * waitUntil is cut 30 s after the response. One request begins exports for the others during the first 15 s and leaves
 * the rest to the next; whatever it began must be answered within 29 s, and the last second is for what is not waiting.
 * An export is two posts in a row: traces and logs together have the first half of the time left, metrics the rest.
 * Begun at 0 s that is 14.5 + 14.5 = 29 s; begun at 15 s, the latest, it is 15 + 7 + 7 = 29 s: never more than 30.
 */
const serviceMs = 15_000;
const answeredByMs = 29_000;
/** Later than the last post can end, so that a lease that is over means a request that died. */
const leaseMs = 30_000;
const backoffMs = { first: 500, most: 30_000 };

/** A request, or a call of a Durable Object, that can keep an export alive. */
export type Host = {
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Whether it may wait for the window: a timer would keep a Durable Object from hibernating. */
  readonly patient: boolean;
};

type Lease = { untilMs: number; readonly pending: Map<Signal, Batch> };

// Plain data that requests share. Every promise, timer and stream below stays with the request that made it.
let exporting: Lease | undefined;
let waiting: { readonly untilMs: number } | undefined;
let lastExportAt = 0;
let notBefore = 0;
const held = new Map<Signal, Batch>();
/** Entries in flight: a Durable Object leaves its spans to a request that will end soon in the same isolate. */
export const inFlight = { requests: 0, objectCalls: 0, lastRequestAt: 0 };

const hasWork = () => buffered() > 0 || held.size > 0;
// A clock may be set back; nobody waits for the future that it came from.
const nextAt = () =>
  Math.max(notBefore, buffered() >= crowd ? 0 : Math.min(lastExportAt, Date.now()) + windowMs);

/** Makes sure that someone will export what is buffered: another request that already promised to, or this host. */
export function requestFlush(host: Host): void {
  if (config().otlpEndpoint === "" || !hasWork()) return;
  const now = Date.now();
  buryDead(now);
  if (exporting !== undefined) return;
  if (waiting !== undefined && nextAt() > now) return;
  if (!host.patient && (someoneElseWill(now) || notBefore > now)) return;
  waiting = undefined;
  host.waitUntil(runOutside(() => serve(host)).catch(() => undefined));
}

function someoneElseWill(now: number): boolean {
  if (buffered() >= crowd) return false;
  const busy = inFlight.objectCalls > 0 && now - lastExportAt < windowMs;
  return busy || (inFlight.requests > 0 && now - inFlight.lastRequestAt < 5 * windowMs);
}

// Whether a batch of a request that died was taken is not known, so it is not sent again.
function buryDead(now: number): void {
  if (waiting !== undefined && waiting.untilMs < now) waiting = undefined;
  if (exporting === undefined || exporting.untilMs >= now) return;
  for (const { signal, items } of exporting.pending.values()) lose(signal, items);
  exporting.pending.clear();
  exporting = undefined;
}

type AnswerTimes = { readonly firstMs: number; readonly lastMs: number };

/** Until when the two halves of an export may wait for their answers, both epoch milliseconds; undefined when it is too late to begin one. */
export function answerTimes(servesSince: number, now: number): AnswerTimes | undefined {
  const lastMs = servesSince + answeredByMs;
  return now - servesSince < serviceMs ? { firstMs: now + (lastMs - now) / 2, lastMs } : undefined;
}

async function serve(host: Host): Promise<void> {
  const startedAt = Date.now();
  while (hasWork() && exporting === undefined) {
    const times = answerTimes(startedAt, Date.now());
    if (times === undefined) return;
    const delay = nextAt() - Date.now();
    if (delay <= 0 || (!host.patient && notBefore <= Date.now())) {
      await exportOnce(times, startedAt + leaseMs);
      // What ended meanwhile is left to those who are on their way, or an object would export record by record.
      if (!host.patient && someoneElseWill(Date.now())) return;
    } else if (!host.patient || !(await waitMyTurn(delay))) return;
  }
}

/** Holds the promise to export; false when another took it over meanwhile. */
async function waitMyTurn(delayMs: number): Promise<boolean> {
  const mine = { untilMs: Date.now() + delayMs + windowMs };
  waiting = mine;
  await new Promise((resolve) => setTimeout(resolve, Math.min(delayMs, serviceMs)));
  if (waiting !== mine) return false;
  waiting = undefined;
  return true;
}

async function exportOnce({ firstMs, lastMs }: AnswerTimes, untilMs: number): Promise<void> {
  const lease: Lease = { untilMs, pending: new Map() };
  exporting = lease;
  lastExportAt = Date.now();
  try {
    // Metrics last: they report what happened to the others.
    await Promise.all([sendNext("traces", lease, firstMs), sendNext("logs", lease, firstMs)]);
    await sendNext("metrics", lease, lastMs);
  } finally {
    if (exporting === lease) exporting = undefined;
  }
}

async function sendNext(signal: Signal, lease: Lease, answerByMs: number): Promise<void> {
  const batch = held.get(signal) ?? nextBatch(signal);
  if (batch === undefined) return;
  held.delete(signal);
  lease.pending.set(signal, batch);
  const { otlpEndpoint, otlpHeaders } = config();
  const url = `${otlpEndpoint.replace(/\/$/, "")}/v1/${signal}`;
  const answer = await post(url, otlpHeaders ?? {}, batch.body, answerByMs);
  // Another request thought this one dead and has booked the batch as uncertain.
  if (!lease.pending.delete(signal)) return;
  if (settle(batch, answer)) {
    held.set(signal, batch);
    notBefore = Math.max(
      notBefore,
      Date.now() + delayOf(batch, answer.kind === "later" ? answer.afterMs : undefined),
    );
  }
}

const delayOf = ({ attempts }: Batch, afterMs: number | undefined) =>
  Math.min(afterMs ?? backoffMs.first * 2 ** (attempts - 1), backoffMs.most);

/** Forgets leases and waits; for tests. */
export function resetFlush(): void {
  exporting = undefined;
  waiting = undefined;
  lastExportAt = 0;
  notBefore = 0;
  held.clear();
  Object.assign(inFlight, { requests: 0, objectCalls: 0, lastRequestAt: 0 });
}

/** True while no request exports and nothing waits to be sent again; for tests. */
export const idle = (): boolean => exporting === undefined && waiting === undefined && held.size === 0;
