import { burnThreshold } from "../telemetry/derive/burn.ts";
import { compare } from "../telemetry/derive/decimal.ts";
import { detectionSeconds, resetSeconds } from "../telemetry/derive/detection.ts";
import { seconds, slice, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { neighbour } from "./neighbour.ts";
import {
  at,
  failing,
  good,
  home,
  lengthOf,
  minutes,
  missing,
  onTick,
  outage,
  type Pace,
  type Scenario,
  type Stretch,
  silence,
  type Tier,
} from "./scenario.ts";
import { pairsOf } from "./slo-alerts.ts";

const isSliced = ({ indicator }: Slo): boolean => indicator.good.kind === "at most";
const sliceSeconds = seconds(slice);

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
      // A minute of a gauge is good or bad, never a tenth of it.
      ...(isSliced(slo) ? ["1"] : ["1", "0.1"]).flatMap((ratio) => detection(slo, pair, pace, ratio)),
      reset(slo, pair, pace),
      giveUp(slo, pair, pace),
      recovery(pair, pace),
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

/** A ratio a hair below or above the threshold of one pair. */
function aroundThreshold(slo: Slo, pair: WindowPair, pace: Pace, side: -1 | 1): Scenario {
  const stretches = (isSliced(slo) ? slicesAround : eventsAround)(slo, pair, pace, side);
  return {
    name: `just ${side < 0 ? "under" : "over"} the threshold of ${pair.tier}`,
    stretches,
    expect: at(lengthOf(stretches, pace), [pair.tier], side > 0 ? [home] : []),
  };
}

function eventsAround(slo: Slo, pair: WindowPair, _pace: Pace, side: -1 | 1): Stretch[] {
  // Enough events that one of them is far less than the threshold, and both counts are whole.
  const events = 1_000_000;
  const bad = Math.round(Number(burnThreshold(slo, pair)) * events) + side;
  return [{ ticks: 60, good: events - bad, bad }];
}

/** Whole minutes: the last that is not too many, or the first that is. */
function slicesAround(slo: Slo, pair: WindowPair, pace: Pace, side: -1 | 1): Stretch[] {
  const isPage = pair.severity === "page";
  const threshold = Number(burnThreshold(slo, pair));
  // So many that the guard is met on both sides, and only the threshold tells them apart.
  const all = Math.min(Math.ceil((slo.badEventsMin + 1) / threshold), seconds(pair.long) / sliceSeconds);
  // The first five recorded rates of five minutes hold fewer: together two minutes.
  const most = threshold * (isPage ? all : all - 2);
  const bad = side < 0 ? Math.ceil(most) - 1 : Math.floor(most) + 1;
  const ticks = (slices: number) => (slices * sliceSeconds) / pace.tickSeconds;
  // What is recorded over five minutes holds the last bad minute whole only after five more.
  const after = isPage ? [] : [good(ticks(5))];
  return [good(ticks(all - bad) - (isPage ? 0 : ticks(5))), outage(ticks(bad)), ...after];
}

/** A fault after a little good traffic: quiet just before the predicted second, firing at the second tick after it. */
function detection(slo: Slo, pair: WindowPair, pace: Pace, ratio: string): Scenario[] {
  const past = minutes(5, pace);
  const history = past * pace.tickSeconds;
  const byRatio = detectionSeconds(slo, pair, ratio, history);
  const byGuard = isSliced(slo) ? slo.badEventsMin * sliceSeconds : 0;
  const needed = byRatio && String(Math.max(Number(byRatio), byGuard));
  // What takes long takes promtool long too, and shows nothing more.
  if (needed === undefined || compare(needed, String(3 * history)) > 0) return [];
  const predicted = history + Number(needed);
  const after = Math.ceil((Number(needed) + pace.lagSeconds) / pace.tickSeconds) + 5;
  return [
    {
      name: `${ratio === "1" ? "a full outage" : "one in ten failing"} is seen by ${pair.tier} when predicted`,
      stretches: [good(past), failing(after, Number(ratio))],
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
function giveUp(slo: Slo, { tier, short }: WindowPair, pace: Pace): Scenario {
  // The last value of a gauge is read for five minutes more.
  const emptied = (seconds(short) + (isSliced(slo) ? 300 : 0)) / pace.tickSeconds;
  const before = [good(minutes(10, pace)), outage(minutes(5, pace))];
  const idle = [...before, silence(emptied + minutes(5, pace))];
  return {
    name: `an outage whose clients give up stays in ${tier}`,
    stretches: [...idle, good(minutes(10, pace))],
    others: [{ environment: "staging", stretches: [good(lengthOf(idle, pace) / pace.tickSeconds)] }],
    besides: neighbour(slo, lengthOf(idle, pace) / pace.tickSeconds),
    expect: [
      ...at(lengthOf(before, pace), [tier], [home]),
      ...at(lengthOf(idle, pace) - 5 * pace.tickSeconds, [tier], [home]),
      ...at(lengthOf(idle, pace) + minutes(10, pace) * pace.tickSeconds, [tier], []),
    ],
  };
}

/** Good answers, then nobody asks: as long as the short window has any of them, that is a recovery. */
function recovery({ tier, short }: WindowPair, pace: Pace): Scenario {
  const half = Math.floor(seconds(short) / 2 / pace.tickSeconds);
  const before = [good(minutes(10, pace)), outage(minutes(5, pace))];
  return {
    name: `an outage that is mended before all callers leave does not stay in ${tier}`,
    stretches: [...before, good(half), silence(2 * half)],
    expect: [
      ...at(lengthOf(before, pace), [tier], [home]),
      ...at(lengthOf(before, pace) + 2.5 * half * pace.tickSeconds, [tier], []),
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
  const counted = { ticks: 1, good: 0, bad: slo.badEventsMin - 1 };
  const inSlices = outage(((slo.badEventsMin - 1) * sliceSeconds) / pace.tickSeconds);
  const [few, rest] = isSliced(slo) ? [inSlices, good] : [counted, silence];
  return [
    never("one failure in a quiet hour", [rest(m(30)), { ticks: 1, good: 1, bad: 1 }, rest(m(30))]),
    never("too few failures of a cold start", [few, rest(m(15))]),
    never("an idle night after good traffic", [good(m(10)), silence(m(20))]),
    never("a route that never failed has no series of failures", [good(m(10))], { withoutBadSeries: true }),
    never("counters that begin again while all is well", [good(m(5)), good(m(10), "restart")]),
    never("data that is missing for a while", [good(m(5)), missing(m(10)), good(m(10))]),
    never("series that end while others begin", [good(m(5)), missing(m(15))], {
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
    seen("an outage after a gap in the data", [good(m(5)), missing(m(5)), outage(m(5))]),
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
  const flood = { good: 1_000_000, bad: 1_000_000 };
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
