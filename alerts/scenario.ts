import { seconds, slice, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { fastInterval, slowInterval } from "./recording-rules.ts";

/**
 * A stretch of steady traffic: events per tick, for so many ticks.
 * A gauge knows no amounts: it is over its limit where anything is bad, and not written where there is no event.
 */
export type Stretch = {
  readonly ticks: number;
  readonly good: number;
  readonly bad: number;
  /** restart: the counters begin at 0 again. missing: nothing arrives at all, not even old values. */
  readonly data?: "restart" | "missing";
};
export type Tier = WindowPair["tier"];
/** Where the example events of a scenario happen, unless it says otherwise. */
export const home = "production";
export type Expectation = {
  readonly atSeconds: number;
  readonly tier: Tier;
  /** Environments whose alert fires; in no other one it may. */
  readonly firing: readonly string[];
};

/** What happened, and which tiers must be firing when. */
export type Scenario = {
  readonly name: string;
  readonly stretches: readonly Stretch[];
  readonly expect: readonly Expectation[];
  /** The series of failures does not exist at all, as on a route that never failed. */
  readonly withoutBadSeries?: boolean;
  /** Who sends the same metric at the same time. */
  readonly others?: readonly Other[];
  /** What others record and alert at the same time, whatever these rules say. */
  readonly besides?: readonly Series[];
};
/** A series in promtool's notation. */
export type Series = { readonly series: string; readonly values: string };
export type Other = {
  readonly environment: string;
  readonly service?: string;
  /** Further labels, by attribute name. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly stretches: readonly Stretch[];
};

/** How pages and tickets are tested: at their own interval, and tickets with everything lasting twelve times as long. */
export type Pace = {
  readonly severity: WindowPair["severity"];
  /** Seconds between two samples and two evaluations. */
  readonly tickSeconds: number;
  readonly scale: number;
  /** A sum of recorded 5-minute rates runs behind the events by half of that. */
  readonly lagSeconds: number;
};
const paces: Readonly<Record<WindowPair["severity"], Pace>> = {
  page: { severity: "page", tickSeconds: seconds(fastInterval), scale: 1, lagSeconds: 0 },
  ticket: { severity: "ticket", tickSeconds: seconds(slowInterval), scale: 12, lagSeconds: 150 },
};

/** Minutes of a gauge need no look every five seconds, and reading hours of them is what promtool spends its time on. */
export const paceOf = ({ indicator }: Slo, severity: WindowPair["severity"]): Pace =>
  indicator.good.kind === "at most" && severity === "page"
    ? { ...paces.page, tickSeconds: seconds(slice) / 3 }
    : paces[severity];

/** Promises that count events, not minutes of a gauge. */
export const isCounted = ({ indicator }: Slo): boolean => indicator.good.kind !== "at most";

const perTick = 1_000;

export const minutes = (n: number, { scale, tickSeconds }: Pace) => (n * scale * 60) / tickSeconds;
export const good = (ticks: number, data?: Stretch["data"]): Stretch => ({
  ticks,
  good: perTick,
  bad: 0,
  ...(data && { data }),
});
export const outage = (ticks: number, data?: Stretch["data"]): Stretch => ({
  ticks,
  good: 0,
  bad: perTick,
  ...(data && { data }),
});
/** One in so many fails. */
export const failing = (ticks: number, ratio: number): Stretch => ({
  ticks,
  good: perTick - perTick * ratio,
  bad: perTick * ratio,
});
/** Nobody asks. */
export const silence = (ticks: number): Stretch => ({ ticks, good: 0, bad: 0 });
/** No sample at all. */
export const missing = (ticks: number): Stretch => ({ ...silence(ticks), data: "missing" });

export const lengthOf = (stretches: readonly Stretch[], { tickSeconds }: Pace) =>
  stretches.reduce((sum, { ticks }) => sum + ticks, 0) * tickSeconds;
export const at = (atSeconds: number, tiers: readonly Tier[], firing: readonly string[]): Expectation[] =>
  tiers.map((tier) => ({ atSeconds, tier, firing }));
export const onTick = (atSeconds: number, { tickSeconds }: Pace) =>
  Math.floor(atSeconds / tickSeconds) * tickSeconds;
