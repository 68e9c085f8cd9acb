import { burnThreshold } from "../telemetry/derive/burn.ts";
import { compare } from "../telemetry/derive/decimal.ts";
import { detectionSeconds, resetSeconds } from "../telemetry/derive/detection.ts";
import { seconds, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { fastInterval, slowInterval } from "./recording-rules.ts";
import { pairsOf } from "./slo-alerts.ts";

/** A stretch of steady traffic: events per tick, for so many ticks. */
export type Stretch = {
  readonly ticks: number;
  readonly good: number;
  readonly bad: number;
  /** restart: the counters begin at 0 again. missing: nothing arrives at all, not even old values. */
  readonly data?: "restart" | "missing";
};
type Tier = WindowPair["tier"];
/** Where the example events of a scenario happen, unless it says otherwise. */
export const home = "production";
type Expectation = {
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
};
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
export const paces: Readonly<Record<WindowPair["severity"], Pace>> = {
  page: { severity: "page", tickSeconds: seconds(fastInterval), scale: 1, lagSeconds: 0 },
  ticket: { severity: "ticket", tickSeconds: seconds(slowInterval), scale: 12, lagSeconds: 150 },
};

const perTick = 1_000;

/**
 * What a promise is put through; seconds are predicted by telemetry/derive, not by the rules under test.
 *
 * @param isFirst  first promise of its kind: everything; the next of the same kind have the same rules, and only
 *                 their own thresholds, guard and selectors are tried
 */
export function scenarios(slo: Slo, pace: Pace, isFirst = true): Scenario[] {
  const pairs = pairsOf(slo).filter(({ severity }) => severity === pace.severity);
  if (pairs.length === 0) return [];
  const all = { slo, pace, tiers: pairs.map(({ tier }) => tier) };
  if (!isFirst)
    return [
      ...pairs.flatMap((pair) => [aroundThreshold(slo, pair, pace, -1), aroundThreshold(slo, pair, pace, 1)]),
      ...quiet(all).slice(0, 2),
      ...elsewhere(all).slice(0, 1),
    ];
  return [
    ...pairs.flatMap((pair) => [
      aroundThreshold(slo, pair, pace, -1),
      aroundThreshold(slo, pair, pace, 1),
      ...["1", "0.1"].flatMap((ratio) => detection(slo, pair, pace, ratio)),
      reset(slo, pair, pace),
      giveUp(pair, pace),
    ]),
    ...quiet(all),
    ...arrivals(all),
    ...elsewhere(all),
  ];
}

type All = {
  readonly slo: Slo;
  readonly pace: Pace;
  readonly tiers: readonly Tier[];
};

const minutes = (n: number, { scale, tickSeconds }: Pace) => (n * scale * 60) / tickSeconds;
const good = (ticks: number, data?: Stretch["data"]): Stretch => ({
  ticks,
  good: perTick,
  bad: 0,
  ...(data && { data }),
});
const outage = (ticks: number, data?: Stretch["data"]): Stretch => ({
  ticks,
  good: 0,
  bad: perTick,
  ...(data && { data }),
});
const silence = (ticks: number): Stretch => ({ ticks, good: 0, bad: 0 });
const lengthOf = (stretches: readonly Stretch[], { tickSeconds }: Pace) =>
  stretches.reduce((sum, { ticks }) => sum + ticks, 0) * tickSeconds;
const at = (atSeconds: number, tiers: readonly Tier[], firing: readonly string[]): Expectation[] =>
  tiers.map((tier) => ({ atSeconds, tier, firing }));
const onTick = (atSeconds: number, { tickSeconds }: Pace) =>
  Math.floor(atSeconds / tickSeconds) * tickSeconds;

/** A steady ratio a hair below or above the threshold of one pair. */
function aroundThreshold(slo: Slo, pair: WindowPair, pace: Pace, side: -1 | 1): Scenario {
  // Enough events that one of them is far less than the threshold, and both counts are whole.
  const events = 1_000_000;
  const bad = Math.round(Number(burnThreshold(slo, pair)) * events) + side;
  const stretches = [{ ticks: 60, good: events - bad, bad }];
  return {
    name: `just ${side < 0 ? "under" : "over"} the threshold of ${pair.tier}`,
    stretches,
    expect: at(lengthOf(stretches, pace), [pair.tier], side > 0 ? [home] : []),
  };
}

/** A fault after a little good traffic: quiet just before the predicted second, firing at the second tick after it. */
function detection(slo: Slo, pair: WindowPair, pace: Pace, ratio: string): Scenario[] {
  const past = minutes(5, pace);
  const history = past * pace.tickSeconds;
  const needed = detectionSeconds(slo, pair, ratio, history);
  // What takes long takes promtool long too, and shows nothing more.
  if (needed === undefined || compare(needed, String(3 * history)) > 0) return [];
  const predicted = history + Number(needed);
  const bad = perTick * Number(ratio);
  const after = Math.ceil((Number(needed) + pace.lagSeconds) / pace.tickSeconds) + 5;
  return [
    {
      name: `${ratio === "1" ? "a full outage" : "one in ten failing"} is seen by ${pair.tier} when predicted`,
      stretches: [good(past), { ticks: after, good: perTick - bad, bad }],
      expect: [
        ...at(onTick(predicted, pace) - pace.tickSeconds, [pair.tier], []),
        ...at(onTick(predicted + pace.lagSeconds, pace) + 2 * pace.tickSeconds, [pair.tier], [home]),
      ],
    },
  ];
}

/** Good answers again after an outage that filled the short window. */
function reset(slo: Slo, pair: WindowPair, pace: Pace): Scenario {
  const filled = seconds(pair.short) / pace.tickSeconds;
  const before = [good(minutes(5, pace)), outage(filled)];
  const predicted = lengthOf(before, pace) + Number(resetSeconds(slo, pair, "1"));
  return {
    name: `${pair.tier} resolves when predicted`,
    stretches: [...before, good(filled + 10)],
    expect: [
      ...at(onTick(predicted, pace) - pace.tickSeconds, [pair.tier], [home]),
      ...at(onTick(predicted + 2 * pace.lagSeconds, pace) + 2 * pace.tickSeconds, [pair.tier], []),
    ],
  };
}

/** The short window empties, nobody is served: that is not a recovery. Good answers are, as soon as they come. */
function giveUp({ tier, short }: WindowPair, pace: Pace): Scenario {
  const emptied = seconds(short) / pace.tickSeconds;
  const before = [good(minutes(10, pace)), outage(minutes(5, pace))];
  const idle = [...before, silence(emptied + minutes(5, pace))];
  return {
    name: `an outage whose clients give up stays in ${tier}`,
    stretches: [...idle, good(minutes(10, pace))],
    expect: [
      ...at(lengthOf(before, pace), [tier], [home]),
      ...at(lengthOf(idle, pace) - 5 * pace.tickSeconds, [tier], [home]),
      ...at(lengthOf(idle, pace) + minutes(10, pace) * pace.tickSeconds, [tier], []),
    ],
  };
}

/** What must never wake anybody. */
function quiet({ slo, pace, tiers }: All): Scenario[] {
  const m = (n: number) => minutes(n, pace);
  const never = (name: string, stretches: readonly Stretch[], more: Partial<Scenario> = {}): Scenario => {
    const end = lengthOf(stretches, pace);
    return {
      name,
      stretches,
      expect: [0.25, 0.5, 0.75, 1].flatMap((share) => at(onTick(end * share, pace), tiers, [])),
      ...more,
    };
  };
  const few = { ticks: 1, good: 0, bad: slo.badEventsMin - 1 };
  return [
    never("one failure in a quiet hour", [silence(m(30)), { ticks: 1, good: 1, bad: 1 }, silence(m(30))]),
    never("too few failures of a cold start", [few, silence(m(15))]),
    never("an idle night after good traffic", [good(m(10)), silence(m(20))]),
    never("a route that never failed has no series of failures", [good(m(10))], { withoutBadSeries: true }),
    never("counters that begin again while all is well", [good(m(5)), good(m(10), "restart")]),
    never("data that is missing for a while", [
      good(m(5)),
      { ...silence(m(10)), data: "missing" },
      good(m(10)),
    ]),
    never("series that end while others begin", [good(m(5)), { ...silence(m(15)), data: "missing" }], {
      others: [
        {
          environment: home,
          labels: { "collector.instance.id": "next" },
          stretches: [silence(m(5)), good(m(15))],
        },
      ],
    }),
  ];
}

/** What must be seen although the data is not smooth. */
function arrivals({ pace, tiers }: All): Scenario[] {
  const m = (n: number) => minutes(n, pace);
  const seen = (name: string, stretches: readonly Stretch[], more: Partial<Scenario> = {}): Scenario => ({
    name,
    stretches,
    expect: at(lengthOf(stretches, pace), tiers, [home]),
    ...more,
  });
  return [
    seen("an outage from the first second of a cold start", [outage(m(5))]),
    seen("an outage in which the counters begin again", [good(m(5)), outage(m(5)), outage(m(5), "restart")]),
    seen("an outage after a gap in the data", [
      good(m(5)),
      { ...silence(m(5)), data: "missing" },
      outage(m(5)),
    ]),
    seen("one of two tiers of tenants fails", [good(m(15))], {
      others: [
        {
          environment: home,
          labels: { "frontdesk.tenant.tier": "pro" },
          stretches: [good(m(5)), outage(m(10))],
        },
      ],
    }),
  ];
}

/** Environments and services that share a Prometheus must not share a budget. */
function elsewhere({ pace, tiers }: All): Scenario[] {
  const m = (n: number) => minutes(n, pace);
  const flood = { good: 1_000 * perTick, bad: 1_000 * perTick };
  const end = m(15) * pace.tickSeconds;
  const givingUp = [good(m(10)), outage(m(5)), silence(m(20))];
  const [fastest] = tiers as [Tier];
  return [
    {
      name: "an outage of staging and of another service while production serves",
      stretches: [{ ticks: m(15), good: flood.good, bad: 0 }],
      others: [
        { environment: "staging", stretches: [good(m(5)), outage(m(10))] },
        {
          environment: home,
          service: "somebody-else",
          stretches: [{ ticks: m(15), good: 0, bad: flood.bad }],
        },
      ],
      expect: at(end, tiers, ["staging"]),
    },
    {
      name: "staging recovers while the clients of production give up",
      stretches: givingUp,
      others: [
        { environment: "staging", stretches: [good(m(10)), outage(m(5)), good(m(11)), silence(m(9))] },
      ],
      expect: [
        ...at(end, [fastest], [home, "staging"]),
        ...at(m(26) * pace.tickSeconds, [fastest], [home]),
        ...at(m(34) * pace.tickSeconds, [fastest], [home]),
      ],
    },
  ];
}
