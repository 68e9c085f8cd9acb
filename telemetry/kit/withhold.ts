import { slowSeconds } from "../metrics.ts";
import { config } from "./config.ts";
import type { Severity } from "./console-line.ts";
import { emit } from "./emit.ts";
import { observeBeforeExport, offerPoint } from "./export/buffer.ts";
import type { Invocation, LogRecord, SpanRecord, SuppressionReason, Withheld } from "./records.ts";
import { placeOf } from "./sample.ts";

const withheldMax = 64;

/**
 * Whether a record of success stays back, because its trace is not in the share or the isolate says too much.
 * It waits for the end of its invocation: one that failed, was slow or is kept on demand is told in full.
 */
export function isWithheld(severity: Severity, record: LogRecord): boolean {
  const { invocation } = record;
  if (invocation?.toldInFull) return false;
  const reason = isOutsideShare(record.traceId)
    ? "sampled"
    : mayWrite(record.timeMs)
      ? undefined
      : "rate_limited";
  if (reason === undefined) return false;
  if (invocation === undefined || invocation.toldInFull === false) suppressed[reason]++;
  else withhold(invocation, { severity, record, reason });
  return true;
}

function withhold(invocation: Invocation, one: Withheld): void {
  invocation.withheld ??= [];
  if (invocation.withheld.length < withheldMax) invocation.withheld.push(one);
  else suppressed[one.reason]++;
}

type Ending = Pick<SpanRecord, "failed" | "startMs" | "endMs" | "attributes">;

/** Decides about what was withheld, when the entry span of the invocation has ended. */
export function settleWithheld(invocation: Invocation, span: Ending): void {
  const isSlow = span.endMs - span.startMs >= slowSeconds * 1000;
  const tell = span.failed || isSlow || span.attributes["frontdesk.keep"] === true;
  invocation.toldInFull = tell;
  for (const { severity, record, reason } of invocation.withheld ?? [])
    if (tell) emit(severity, record);
    else suppressed[reason]++;
  invocation.withheld = undefined;
}

function isOutsideShare(traceId: string | undefined): boolean {
  const { logShare = 1 } = config();
  return traceId !== undefined && logShare < 1 && placeOf(traceId) >= logShare;
}

const burstSeconds = 5;
const bucket = { tokens: Number.POSITIVE_INFINITY, filledAt: 0 };

/** A token bucket: it fills by the second, up to five seconds' worth. */
function mayWrite(nowMs: number): boolean {
  const { logsPerSecond = 100 } = config();
  const gained = (Math.max(0, nowMs - bucket.filledAt) / 1000) * logsPerSecond;
  bucket.tokens = Math.min(bucket.tokens + gained, burstSeconds * logsPerSecond);
  bucket.filledAt = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}

const suppressed: Record<SuppressionReason, number> = { sampled: 0, rate_limited: 0 };
const saidEveryMs = 60_000;
const limit = { unsaid: 0, saidAt: Number.NEGATIVE_INFINITY };

observeBeforeExport(reportSuppressed);

/** What was suppressed, as a metric; what the limit took, as a record too, once a minute. */
function reportSuppressed(): void {
  const now = Date.now();
  limit.unsaid += suppressed.rate_limited;
  for (const reason of ["sampled", "rate_limited"] as const) {
    const value = suppressed[reason];
    if (value === 0) continue;
    suppressed[reason] = 0;
    const labels = { "frontdesk.suppression.reason": reason };
    const metric = "frontdesk.logs.suppressed";
    offerPoint({ metric, unit: "{record}", kind: "sum", labels, startMs: now, timeMs: now, value });
  }
  if (limit.unsaid > 0 && Math.abs(now - limit.saidAt) >= saidEveryMs) sayLimit(now);
}

function sayLimit(timeMs: number): void {
  const event = "telemetry.suppressed";
  const attributes = { "event.name": event, "frontdesk.module": "telemetry" };
  const message = `${limit.unsaid} records of success were over the limit of this isolate`;
  Object.assign(limit, { unsaid: 0, saidAt: timeMs });
  const ids = { traceId: undefined, spanId: undefined, invocation: undefined };
  emit("warn", { timeMs, severityNumber: 13, severityText: "WARN", event, message, attributes, ...ids });
}

/** Forgets what was counted and fills the bucket; for tests. */
export function resetWithheld(): void {
  Object.assign(suppressed, { sampled: 0, rate_limited: 0 });
  Object.assign(limit, { unsaid: 0, saidAt: Number.NEGATIVE_INFINITY });
  bucket.tokens = Number.POSITIVE_INFINITY;
}
