import { burnThreshold } from "../telemetry/derive/burn.ts";
import { seconds, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { neighbour } from "./neighbour.ts";
import { slowInterval } from "./recording-rules.ts";
import { home, type Scenario, type Stretch } from "./scenario.ts";

const perTick = 1_000_000;
/** So much under or over the threshold: more than counts round, less than a mistake that matters. */
const hair = 0.02;

/** What is before the long window lasts this part of it: enough to be noticed by a window that is too wide. */
const past = 4;

/** A promise's pair of windows, seconds between samples, and between evaluations: as often is a rate recorded for the long sums. */
type Looked = {
  readonly slo: Slo;
  readonly pair: WindowPair;
  readonly tickSeconds: number;
  readonly clockSeconds: number;
};

/**
 * Each operand of an alert alone: while the others are well met, a hair decides about one,
 * and what happened before the long window began does not count.
 */
export const operandScenarios = (looked: Looked): Scenario[] => [
  ...(["under", "over"] as const).flatMap((side) => ratios(looked, side)),
  ...minimum(looked),
];

function ratios(looked: Looked, side: "under" | "over"): Scenario[] {
  const { slo, pair, tickSeconds, clockSeconds } = looked;
  const threshold = Number(burnThreshold(slo, pair));
  const [short, long] = [seconds(pair.short), seconds(pair.long)];
  // A rate does not see the increase before its first sample; a sum has one rate for each evaluation.
  const [inShort, inLong] =
    pair.severity === "page"
      ? [short / tickSeconds, long / tickSeconds - 1]
      : [short / clockSeconds, long / clockSeconds];
  const nearly = threshold * (side === "over" ? 1 + hair : 1 - hair);
  const olderFor = (mean: number, newest: number) => (mean * inLong - newest * inShort) / (inLong - inShort);
  const scenario = (name: string, older: number, newest: number) =>
    ended(looked, side === "over", {
      name: `the ${name} window a hair ${side} the threshold`,
      stretches: [
        stretch(long / past / tickSeconds, 0),
        stretch((long - short) / tickSeconds, older),
        stretch(short / tickSeconds, newest),
      ],
    });
  return [
    scenario("short", 2 * threshold, nearly),
    scenario("long", olderFor(nearly, 1.5 * threshold), 1.5 * threshold),
  ];
}

function stretch(ticks: number, ratio: number): Stretch {
  const bad = Math.round(ratio * perTick);
  return { ticks, good: perTick - bad, bad };
}

/** Failures are all that happens: first many, then silence and a few; or as many as the minimum, thinly spread. */
function minimum(looked: Looked): Scenario[] {
  const { slo, pair, tickSeconds, clockSeconds } = looked;
  const [short, long] = [seconds(pair.short) / tickSeconds, seconds(pair.long) / tickSeconds];
  // Of what is recorded less often than once an interval, less is counted.
  const uncounted = pair.severity === "page" ? 1 : clockSeconds / seconds(slowInterval);
  const failures = (ticks: number, share: number): Stretch => ({
    ticks,
    good: 0,
    bad: Number(((share * slo.badEventsMin * uncounted) / ticks).toPrecision(6)),
  });
  return [
    ended(looked, false, {
      name: "fewer failures than the minimum after many that are too old to count",
      stretches: [
        failures(long / past, 100),
        { ticks: long - short + clockSeconds / tickSeconds, good: 0, bad: 0 },
        failures(short, 0.9),
      ],
    }),
    ended(looked, true, {
      name: "just as many failures as the minimum, spread over the long window",
      stretches: [{ ticks: long / past, good: 0, bad: 0 }, failures(long, 1.05)],
    }),
  ];
}

/** How a scenario ends, while another promise of the environment is broken all the time. */
function ended(
  { slo, pair, tickSeconds }: Looked,
  fires: boolean,
  { name, stretches }: { readonly name: string; readonly stretches: readonly Stretch[] },
): Scenario {
  const ticks = stretches.reduce((sum, one) => sum + one.ticks, 0);
  return {
    name: `${name} of ${pair.tier}`,
    stretches,
    besides: neighbour(slo, ticks, ticks - 1),
    expect: [{ atSeconds: ticks * tickSeconds, tier: pair.tier, firing: fires ? [home] : [] }],
  };
}
