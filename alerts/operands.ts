import { burnThreshold } from "../telemetry/derive/burn.ts";
import { seconds, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { home, type Scenario } from "./scenario.ts";

const perTick = 1_000_000;
/** So much under or over the threshold: more than counts round, less than a mistake that matters. */
const hair = 0.02;

/**
 * Both windows must burn: with one of them well over the threshold, a hair decides about the other,
 * and what was good before the long window began does not count.
 *
 * @param tickSeconds   seconds between samples
 * @param clockSeconds  seconds between evaluations, which is how often a rate is recorded for the long sums
 */
export function operandScenarios(
  slo: Slo,
  pair: WindowPair,
  tickSeconds: number,
  clockSeconds: number,
): Scenario[] {
  const threshold = Number(burnThreshold(slo, pair));
  const [short, long] = [seconds(pair.short), seconds(pair.long)];
  // A rate does not see the increase before its first sample; a sum has one rate for each evaluation.
  const [inShort, inLong] =
    pair.severity === "page"
      ? [short / tickSeconds, long / tickSeconds - 1]
      : [short / clockSeconds, long / clockSeconds];
  const scenario = (name: string, older: number, newest: number, fires: boolean): Scenario => ({
    name: `${name} of ${pair.tier}`,
    stretches: [
      stretch(long / tickSeconds, 0),
      stretch((long - short) / tickSeconds, older),
      stretch(short / tickSeconds, newest),
    ],
    expect: [{ atSeconds: 2 * long, tier: pair.tier, firing: fires ? [home] : [] }],
  });
  const olderFor = (mean: number, newest: number) => (mean * inLong - newest * inShort) / (inLong - inShort);
  return ([-1, 1] as const).flatMap((side) => {
    const nearly = threshold * (1 + side * hair);
    const where = side < 0 ? "under" : "over";
    return [
      scenario(`the short window a hair ${where} the threshold`, 2 * threshold, nearly, side > 0),
      scenario(
        `the long window a hair ${where} the threshold`,
        olderFor(nearly, 1.5 * threshold),
        1.5 * threshold,
        side > 0,
      ),
    ];
  });
}

function stretch(ticks: number, ratio: number) {
  const bad = Math.round(ratio * perTick);
  return { ticks, good: perTick - bad, bad };
}
