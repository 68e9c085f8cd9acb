import { burnThreshold } from "../telemetry/derive/burn.ts";
import { detectionSeconds, resetSeconds } from "../telemetry/derive/detection.ts";
import { type WindowPair, windowPairs } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { pairsOf } from "./slo-alerts.ts";

/** Seconds between two samples and two evaluations of a test. */
export const tickSeconds = 5;

/** A stretch of steady traffic: events per tick, for so many ticks. */
export type Stretch = { readonly ticks: number; readonly good: number; readonly bad: number };
type Tier = WindowPair["tier"];
type Expectation = {
  readonly atSeconds: number;
  readonly tier: Tier;
  readonly firing: boolean;
};

/** What happened, and which tiers must be firing when. */
export type Scenario = {
  readonly name: string;
  readonly stretches: readonly Stretch[];
  readonly expect: readonly Expectation[];
  /** The series of failures does not exist at all, as on a route that never failed. */
  readonly withoutBadSeries?: boolean;
};

const perTick = 1_000;
const minutes = (n: number) => (n * 60) / tickSeconds;
const [pageFast] = windowPairs;

/** Every promise is put through these; seconds are predicted by telemetry/derive, not by the rules under test. */
export function scenarios(slo: Slo): Scenario[] {
  const tiers = pairsOf(slo).map(({ tier }) => tier);
  const none = (atSeconds: number): Expectation[] =>
    tiers.map((tier) => ({ atSeconds, tier, firing: false }));
  const fastOnly = tiers.includes("page-fast") ? [outage(slo), ...giveUp(), reset(slo)] : [];
  return [
    ...fastOnly,
    ...pairsOf(slo).flatMap((pair) => [aroundThreshold(slo, pair, -1), aroundThreshold(slo, pair, 1)]),
    {
      name: "one failure in a quiet hour",
      stretches: quietHour,
      expect: [600, 1_800, 2_400, 3_600].flatMap(none),
    },
    {
      name: "an idle night after good traffic",
      stretches: [
        { ticks: minutes(10), good: perTick, bad: 0 },
        { ticks: minutes(20), good: 0, bad: 0 },
      ],
      expect: [900, 1_800].flatMap(none),
    },
    {
      name: "a route that never failed has no series of failures",
      stretches: [{ ticks: minutes(10), good: perTick, bad: 0 }],
      withoutBadSeries: true,
      expect: none(600),
    },
  ];
}

const quietHour: readonly Stretch[] = [
  { ticks: minutes(30), good: 0, bad: 0 },
  { ticks: 1, good: 1, bad: 1 },
  { ticks: minutes(30), good: 0, bad: 0 },
];

/** Full outage after five good minutes: quiet just before the predicted second, firing at the second tick after it. */
function outage(slo: Slo): Scenario {
  const history = 300;
  const predicted = history + Number(detectionSeconds(slo, pageFast, "1", history));
  const tick = Math.floor(predicted / tickSeconds) * tickSeconds;
  return {
    name: "a full outage after five good minutes",
    stretches: [
      { ticks: history / tickSeconds, good: perTick, bad: 0 },
      { ticks: minutes(5), good: 0, bad: perTick },
    ],
    expect: [
      { atSeconds: tick - tickSeconds, tier: "page-fast", firing: false },
      { atSeconds: tick + 2 * tickSeconds, tier: "page-fast", firing: true },
    ],
  };
}

/** The short window empties, nobody is served: that is not a recovery. */
function giveUp(): Scenario[] {
  return [
    {
      name: "an outage whose clients give up",
      stretches: [
        { ticks: minutes(10), good: perTick, bad: 0 },
        { ticks: minutes(5), good: 0, bad: perTick },
        { ticks: minutes(20), good: 0, bad: 0 },
      ],
      expect: [900, 1_260, 2_000].map((atSeconds) => ({ atSeconds, tier: "page-fast", firing: true })),
    },
  ];
}

/** Good answers again after an outage that filled the short window. */
function reset(slo: Slo): Scenario {
  const end = 1_200;
  const predicted = end + Number(resetSeconds(slo, pageFast, "1"));
  const tick = Math.floor(predicted / tickSeconds) * tickSeconds;
  return {
    name: "recovery after ten minutes of outage",
    stretches: [
      { ticks: minutes(10), good: perTick, bad: 0 },
      { ticks: minutes(10), good: 0, bad: perTick },
      { ticks: minutes(10), good: perTick, bad: 0 },
    ],
    expect: [
      { atSeconds: tick - tickSeconds, tier: "page-fast", firing: true },
      { atSeconds: tick + 2 * tickSeconds, tier: "page-fast", firing: false },
    ],
  };
}

/** A steady ratio a hair below or above the threshold of one pair. */
function aroundThreshold(slo: Slo, pair: WindowPair, side: -1 | 1): Scenario {
  // Enough events that one of them is far less than the threshold, and both counts are whole.
  const events = 1_000_000;
  const bad = Math.round(Number(burnThreshold(slo, pair)) * events) + side;
  return {
    name: `${side < 0 ? "just under" : "just over"} the threshold of ${pair.tier}`,
    stretches: [{ ticks: minutes(5), good: events - bad, bad }],
    expect: [{ atSeconds: 300, tier: pair.tier, firing: side > 0 }],
  };
}
