import { config } from "../config.ts";
import { runOutside } from "../context.ts";
import type { Batch } from "./batch.ts";
import { lose, observe } from "./buffer.ts";
import { doubt, type Lane, lanes, learn, logs, metrics, traces, windowMs } from "./lane.ts";
import { post } from "./post.ts";
import { receiverSaid, report, resetReport } from "./report.ts";

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
/** The platform may allow a request no more than 50 of its own; a round has up to three. */
const postsMax = 40;
/** Lanes whose windows end within this time leave together. */
const togetherMs = windowMs / 4;

/** A request, or a call of a Durable Object, that can keep an export alive. */
export type Host = {
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Whether it may wait for the window: a timer would keep a Durable Object from hibernating. */
  readonly patient: boolean;
};

type Lease = { readonly untilMs: number; readonly pending: Map<Lane, Batch>; posts: number };

// Plain data that requests share. Every promise, timer and stream below stays with the request that made it.
let exporting: Lease | undefined;
let waiting: { readonly untilMs: number } | undefined;
let lastRoundAt = 0;
/** Entries in flight: a Durable Object leaves its spans to a request that will end soon in the same isolate. */
export const inFlight = { requests: 0, objectCalls: 0, lastRequestAt: 0 };

const hasWork = () => traces.hasWork || logs.hasWork || metrics.hasWork;
const nextAt = (now: number, eager: boolean) =>
  Math.min(traces.dueAt(now, eager), logs.dueAt(now, eager), metrics.dueAt(now, eager));

/** Makes sure that someone will export what is buffered: another request that already promised to, or this host. */
export function requestFlush(host: Host): void {
  if (config().otlpEndpoint === "") return;
  const now = Date.now();
  report(now);
  buryDead(now);
  if (!hasWork()) return;
  traces.relieve();
  logs.relieve();
  // While one exports, one more waits: whoever ended too late for the first is not left behind.
  if (waiting !== undefined && (exporting !== undefined || nextAt(now, false) > now)) return;
  if (!host.patient && (exporting !== undefined || someoneElseWill(now) || nextAt(now, true) > now)) return;
  waiting = undefined;
  host.waitUntil(runOutside(() => serve(host)).catch(() => undefined));
}

function someoneElseWill(now: number): boolean {
  if (lanes.some(({ crowded }) => crowded)) return false;
  const busy = inFlight.objectCalls > 0 && now - lastRoundAt < windowMs;
  return busy || (inFlight.requests > 0 && now - inFlight.lastRequestAt < 5 * windowMs);
}

// Whether a batch of a request that died was taken is not known, so it is not sent again.
function buryDead(now: number): void {
  if (waiting !== undefined && waiting.untilMs < now) waiting = undefined;
  if (exporting === undefined || exporting.untilMs >= now) return;
  for (const { signal, items } of exporting.pending.values()) lose(signal, "sender_gone", items);
  exporting.pending.clear();
  exporting = undefined;
}

type AnswerTimes = { readonly firstMs: number; readonly lastMs: number };

/** Until when the two halves of an export may wait for their answers, both epoch milliseconds; undefined when it is too late to begin one. */
export function answerTimes(servesSince: number, now: number): AnswerTimes | undefined {
  const lastMs = servesSince + answeredByMs;
  return now - servesSince < serviceMs ? { firstMs: now + (lastMs - now) / 2, lastMs } : undefined;
}

async function serve({ patient }: Host): Promise<void> {
  const since = Date.now();
  const leavesAt = since + serviceMs;
  for (let posts = 0; posts < postsMax && hasWork(); ) {
    const now = Date.now();
    const times = answerTimes(since, now);
    if (times === undefined) return;
    buryDead(now);
    const dueAt = nextAt(now, !patient);
    // Nobody may come after this request: what waits for its window leaves before it does.
    const lastChance = dueAt >= leavesAt && nextAt(now, true) <= now;
    if (exporting === undefined && (dueAt <= now || lastChance)) {
      // What ended meanwhile is left to those who are on their way, or an object would export record by record.
      if (posts > 0 && !patient && someoneElseWill(now)) return;
      posts += Math.max(1, await exportRound(times, since + leaseMs, !patient || lastChance));
    } else if (!patient || waiting !== undefined) return;
    else {
      const wakeAt = exporting === undefined ? dueAt : Math.max(dueAt, now + togetherMs);
      // What must wait for longer than this request can is for the next one, or for cron.
      if (wakeAt >= leavesAt || !(await waitMyTurn(wakeAt - now))) return;
    }
  }
}

/** Holds the promise to export; false when another took it over meanwhile. */
async function waitMyTurn(delayMs: number): Promise<boolean> {
  const mine = { untilMs: Date.now() + delayMs + windowMs };
  waiting = mine;
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (waiting !== mine) return false;
  waiting = undefined;
  return true;
}

/** @returns how many posts it took */
async function exportRound(
  { firstMs, lastMs }: AnswerTimes,
  untilMs: number,
  eager: boolean,
): Promise<number> {
  const lease: Lease = { untilMs, pending: new Map(), posts: 0 };
  exporting = lease;
  lastRoundAt = Date.now();
  try {
    if (doubt.failures > 0) {
      await probe(firstMs);
      return 1;
    }
    await Promise.all([sendNext(traces, lease, firstMs, eager), sendNext(logs, lease, firstMs, eager)]);
    // Thought dead meanwhile: another exports now, and what this one took would be in nobody's account.
    if (exporting !== lease) return lease.posts;
    // Metrics last: they report what happened to the others, and so they must not be lost with them.
    if (doubt.failures === 0) await sendNext(metrics, lease, lastMs, eager);
    return lease.posts;
  } finally {
    if (exporting === lease) exporting = undefined;
    report(Date.now());
  }
}

async function sendNext(lane: Lane, lease: Lease, answerByMs: number, eager: boolean): Promise<void> {
  const now = Date.now();
  if (lane === metrics && (eager || now >= lane.lastAt + lane.windowMs)) observe();
  if (lane.blockedUntil(now) > now || lane.dueAt(now, eager) > now + togetherMs) return;
  const batch = lane.next();
  lane.lastAt = now;
  if (batch === undefined) return;
  batch.firstAt ??= now;
  lease.pending.set(lane, batch);
  lease.posts++;
  const answer = await post(urlOf(lane), config().otlpHeaders ?? {}, batch.body, answerByMs);
  learn(answer, Date.now());
  // Another request thought this one dead and has booked the batch as uncertain.
  if (!lease.pending.delete(lane)) return;
  lane.settle(batch, answer, Date.now());
  if (answer.kind === "accepted" && answer.says !== undefined) receiverSaid(answer.says);
}

/**
 * Asks a receiver whose connection was lost whether it is back, with nothing that could be lost.
 *
 * @source https://opentelemetry.io/docs/specs/otlp/#full-success-1  an empty request is answered with success
 */
async function probe(answerByMs: number): Promise<void> {
  const answer = await post(urlOf(traces), config().otlpHeaders ?? {}, '{"resourceSpans":[]}', answerByMs);
  learn(answer, Date.now());
  if (answer.kind === "later") traces.pause(answer.afterMs, Date.now());
}

const urlOf = ({ signal }: Lane) => `${config().otlpEndpoint.replace(/\/$/, "")}/v1/${signal}`;

/** Records of a lane that are sent and not answered. */
export const flying = (lane: Lane): number => exporting?.pending.get(lane)?.items ?? 0;

/** Forgets leases, waits and everything packed; for tests. */
export function resetFlush(): void {
  exporting?.pending.clear();
  exporting = undefined;
  waiting = undefined;
  lastRoundAt = 0;
  for (const lane of lanes) lane.reset();
  Object.assign(doubt, { failures: 0, until: 0 });
  Object.assign(inFlight, { requests: 0, objectCalls: 0, lastRequestAt: 0 });
  resetReport();
}

/** True while no request exports or waits to, and nothing is left; for tests. */
export const idle = (): boolean => exporting === undefined && waiting === undefined && !hasWork();
