import type { Decimal } from "./decimal.ts";

/** A duration as Prometheus writes it. */
export type Duration = `${number}${"s" | "m" | "h" | "d"}`;

/** Two windows must burn at once: the long one says it matters, the short one says it still goes on. */
export type WindowPair = {
  /** Stable label of the alert: page over ticket, fast over slow. */
  readonly tier: "page-fast" | "page-slow" | "ticket-fast" | "ticket-slow";
  readonly severity: "page" | "ticket";
  readonly short: Duration;
  readonly long: Duration;
  /** How many times faster than sustainable the budget is spent. */
  readonly burn: Decimal;
};

/** For a promise over 30 days. @source https://sre.google/workbook/alerting-on-slos/ table 5-8, plus 2h/1d ×3 */
export const windowPairs = [
  { tier: "page-fast", severity: "page", short: "5m", long: "1h", burn: "14.4" },
  { tier: "page-slow", severity: "page", short: "30m", long: "6h", burn: "6" },
  { tier: "ticket-fast", severity: "ticket", short: "2h", long: "1d", burn: "3" },
  { tier: "ticket-slow", severity: "ticket", short: "6h", long: "3d", burn: "1" },
] as const satisfies readonly WindowPair[];

const secondsOf = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Whole seconds of a duration. @throws RangeError when it is none */
export function seconds(duration: Duration): number {
  const match = /^(\d+)([smhd])$/.exec(duration);
  if (!match) throw new RangeError(`"${duration}" is not a duration such as 5m`);
  return Number(match[1]) * secondsOf[match[2] as keyof typeof secondsOf];
}

/** A gauge has no events to count: each minute with a value is one. Cron writes once a minute. */
export const slice = "1m" satisfies Duration;
