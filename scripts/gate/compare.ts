import { quantile } from "../bench/statistics.ts";
import { blocksOf, drawAgain, stretchOf } from "./blocks.ts";
import { holm } from "./holm.ts";
import { mannWhitney } from "./mann-whitney.ts";
import {
  difference,
  growth,
  type MeasureName,
  measureNames,
  measures,
  typical,
  type Values,
  valuesOf,
} from "./measures.ts";
import type { Pair } from "./pairs.ts";

/** Chance that a candidate that is no worse is called so, over all measures together. */
export const falseAlarms = 0.05;

export type Compared = {
  readonly measure: MeasureName;
  readonly baseline: number;
  readonly candidate: number;
  /** Growth with its 95 % interval. */
  readonly growth: { readonly value: number; readonly low: number; readonly high: number };
  /** Chance to see this much growth when there is none, corrected for the number of measures (Holm). */
  readonly pValue: number;
  readonly verdict: "not worse" | "worse" | "cannot be told" | "not measured";
};

export type CompareOptions = { readonly seed?: number; readonly draws?: number };

/**
 * Compares all measures. Both sides of one window stay together, because what disturbs a machine lasts longer than a request:
 * each pair gives one difference, neighbours or whole starts are drawn again as a block, and ranks are taken of whole windows, aligned by pair.
 * A measure is worse when both tests say so at 5 % after Holm's correction, and by as much as is worth a stop.
 *
 * @throws RangeError below eight pairs
 * @source Künsch 1989 (block bootstrap); Mann and Whitney 1947; Holm 1979
 */
export function compare(pairs: readonly Pair[], { seed = 1, draws = 1000 }: CompareOptions = {}): Compared[] {
  if (pairs.length < 8) throw new RangeError("fewer than eight pairs cannot be compared");
  const both = pairs.map(({ baseline, candidate }) => ({
    baseline: valuesOf(baseline),
    candidate: valuesOf(candidate),
  }));
  const again = (differences: readonly number[]): Drawn => {
    const blocks = blocksOf(pairs, differences);
    return { choices: drawAgain(blocks, seed, draws), stretch: stretchOf(blocks.length) };
  };
  const estimates = measureNames.map((name) => estimateOf(name, both, again));
  const measured = estimates.filter(({ value }) => !Number.isNaN(value));
  const pValues = holm(measured.map(({ pValue }) => pValue));
  return estimates.map((estimate) => {
    const { name: measure, value, low, high, baseline, candidate } = estimate;
    const at = measured.indexOf(estimate);
    const pValue = pValues[at] ?? Number.NaN;
    const interval = {
      value: growth(measure, value),
      low: growth(measure, low),
      high: growth(measure, high),
    };
    const verdict = at < 0 ? "not measured" : verdictOf(measure, interval, pValue);
    return { measure, baseline, candidate, growth: interval, pValue, verdict };
  });
}

type Both = { readonly baseline: Values; readonly candidate: Values };

type Drawn = { readonly choices: readonly number[][]; readonly stretch: number };

/** One measure, with its difference on the scale of `difference`. The p-value is the larger of both tests: either may err alone. */
function estimateOf(
  name: MeasureName,
  both: readonly Both[],
  again: (differences: readonly number[]) => Drawn,
) {
  const differences = both.map(({ baseline, candidate }) => difference(name, baseline, candidate));
  const { choices, stretch } = again(differences);
  const value = typical(name, differences);
  const estimates = choices
    .map((chosen) => {
      const estimate = typical(
        name,
        chosen.map((at) => differences[at] as number),
      );
      return value + (estimate - value) * stretch;
    })
    .sort((a, b) => a - b);
  const notWorse = estimates.filter((estimate) => !(estimate > 0)).length;
  const scale = measures[name].kind === "ratio" ? Math.log : (value: number) => value;
  const baseline = both.map((pair) => pair.baseline[name]);
  const candidate = both.map((pair) => pair.candidate[name]);
  const ranks = mannWhitney(baseline.map(scale), candidate.map(scale));
  return {
    name,
    baseline: typical(name, baseline),
    candidate: typical(name, candidate),
    value,
    low: quantile(estimates, 0.025),
    high: quantile(estimates, 0.975),
    pValue: Math.max(ranks, (notWorse + 1) / (choices.length + 1)),
  };
}

function verdictOf(name: MeasureName, { value, high }: Compared["growth"], pValue: number) {
  const { worthwhile, sought } = measures[name];
  if (pValue <= falseAlarms && value >= worthwhile) return "worse";
  return high < sought ? "not worse" : "cannot be told";
}
