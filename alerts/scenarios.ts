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
  /** Who sends the same metric at the same time, from another environment or as another service. */
  readonly others?: readonly Other[];
};
export type Other = {
  readonly environment: string;
  readonly service?: string;
  readonly stretches: readonly Stretch[];
};

const perTick = 1_000;
const minutes = (n: number) => (n * 60) / tickSeconds;
const [pageFast] = windowPairs;

/** Every promise is put through these; seconds are predicted by telemetry/derive, not by the rules under test. */
export function scenarios(slo: Slo): Scenario[] {
  const tiers = pairsOf(slo).map(({ tier }) => tier);
  const none = (atSeconds: number): Expectation[] => tiers.map((tier) => ({ atSeconds, tier, firing: [] }));
  const fastOnly = tiers.includes("page-fast")
    ? [outage(slo), giveUp(), reset(slo), outageElsewhere(), recoveryElsewhere()]
    : [];
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

const clientsGiveUp: readonly Stretch[] = [
  { ticks: minutes(10), good: perTick, bad: 0 },
  { ticks: minutes(5), good: 0, bad: perTick },
  { ticks: minutes(20), good: 0, bad: 0 },
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
      { atSeconds: tick - tickSeconds, tier: "page-fast", firing: [] },
      { atSeconds: tick + 2 * tickSeconds, tier: "page-fast", firing: [home] },
    ],
  };
}

/** The short window empties, nobody is served: that is not a recovery. */
const giveUp = (): Scenario => ({
  name: "an outage whose clients give up",
  stretches: clientsGiveUp,
  expect: [900, 1_260, 2_000].map((atSeconds) => ({ atSeconds, tier: "page-fast", firing: [home] })),
});

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
      { atSeconds: tick - tickSeconds, tier: "page-fast", firing: [home] },
      { atSeconds: tick + 2 * tickSeconds, tier: "page-fast", firing: [] },
    ],
  };
}

/** Production serves, so much that it would drown the outage of the other; a stranger fails, so much that it would page. */
const outageElsewhere = (): Scenario => ({
  name: "an outage of staging and of another service while production serves",
  stretches: [{ ticks: minutes(15), good: 1_000 * perTick, bad: 0 }],
  others: [
    {
      environment: "staging",
      stretches: [
        { ticks: minutes(5), good: perTick, bad: 0 },
        { ticks: minutes(10), good: 0, bad: perTick },
      ],
    },
    {
      environment: home,
      service: "somebody-else",
      stretches: [{ ticks: minutes(15), good: 0, bad: 1_000 * perTick }],
    },
  ],
  expect: [{ atSeconds: 900, tier: "page-fast", firing: ["staging"] }],
});

/** Staging was mended and then idles: that production's page goes on must not bring staging's back. */
const recoveryElsewhere = (): Scenario => ({
  name: "staging recovers while the clients of production give up",
  stretches: clientsGiveUp,
  others: [
    {
      environment: "staging",
      stretches: [
        { ticks: minutes(10), good: perTick, bad: 0 },
        { ticks: minutes(5), good: 0, bad: perTick },
        { ticks: minutes(6), good: perTick, bad: 0 },
        { ticks: minutes(14), good: 0, bad: 0 },
      ],
    },
  ],
  expect: [
    { atSeconds: 900, tier: "page-fast", firing: [home, "staging"] },
    { atSeconds: 1_255, tier: "page-fast", firing: [home] },
    { atSeconds: 2_000, tier: "page-fast", firing: [home] },
  ],
});

/** A steady ratio a hair below or above the threshold of one pair. */
function aroundThreshold(slo: Slo, pair: WindowPair, side: -1 | 1): Scenario {
  // Enough events that one of them is far less than the threshold, and both counts are whole.
  const events = 1_000_000;
  const bad = Math.round(Number(burnThreshold(slo, pair)) * events) + side;
  return {
    name: `${side < 0 ? "just under" : "just over"} the threshold of ${pair.tier}`,
    stretches: [{ ticks: minutes(5), good: events - bad, bad }],
    expect: [{ atSeconds: 300, tier: pair.tier, firing: side > 0 ? [home] : [] }],
  };
}
