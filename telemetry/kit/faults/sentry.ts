import { offerPoint } from "../export/buffer.ts";
import type { FaultReporter } from "./fault.ts";

/** How long an answer is waited for, in `waitUntil`. */
const answerMs = 5_000;
/** An outage is a flood of equal faults: so many at once, then one a second. The log has them all. */
const burst = 20;
const perSecond = 1;

/** Faults in a row that Sentry may be told of in this isolate; plain data. */
const gate = { tokens: burst, filledAt: 0, closedUntil: 0 };

/** `https://<public key>@<host>/<project id>`, as Sentry gives it. */
export function isDsn(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username !== "" && /\/\d+$/.test(url.pathname);
}

/**
 * Tells Sentry about faults: each is one event with the ids of our trace, never a span, a session or a request.
 * The package is loaded at the first fault. What could not be told is counted and else not felt.
 *
 * @param dsn as Sentry gives it; undefined for anything else, so that nothing is loaded and nothing is sent
 */
export function sentryFaults(dsn: string | undefined): FaultReporter | undefined {
  if (dsn === undefined || !isDsn(dsn)) return undefined;
  return async (fault) => {
    if (!mayTell(Date.now())) return untold("rate_limited");
    try {
      const { tellSentry } = await import("./sentry-client.ts");
      const { status, retryAfterMs } = await tellSentry(dsn, fault, answerMs);
      if (retryAfterMs !== undefined) gate.closedUntil = Date.now() + retryAfterMs;
      if (status >= 300) untold(status === 429 ? "rate_limited" : "rejected");
    } catch {
      untold("rejected");
    }
  };
}

function mayTell(nowMs: number): boolean {
  if (nowMs < gate.closedUntil) return false;
  const gained = (Math.max(0, nowMs - gate.filledAt) / 1000) * perSecond;
  gate.tokens = Math.min(gate.tokens + gained, burst);
  gate.filledAt = nowMs;
  if (gate.tokens < 1) return false;
  gate.tokens--;
  return true;
}

function untold(reason: "rate_limited" | "rejected"): void {
  const timeMs = Date.now();
  const labels = { "frontdesk.drop.reason": reason };
  const metric = "frontdesk.faults.untold";
  offerPoint({ metric, unit: "{fault}", kind: "sum", labels, startMs: timeMs, timeMs, value: 1 });
}

/** Opens the gate; for tests. */
export function resetGate(): void {
  Object.assign(gate, { tokens: burst, filledAt: 0, closedUntil: 0 });
}
