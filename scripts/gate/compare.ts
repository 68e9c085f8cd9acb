import { seededRandom } from "../../load/verdict/random.ts";
import { quantile } from "../bench/statistics.ts";
import { holm } from "./holm.ts";
import { mannWhitney } from "./mann-whitney.ts";
import { Counted, growth, type MeasureName, measureNames, measures, type Values } from "./measures.ts";
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
 * Compares all measures. Turns of one pair stay together, because what disturbs a machine lasts longer than a request:
 * pairs are drawn again as blocks, and ranks are taken of whole turns, aligned by pair.
 * A measure is worse when both tests say so at 5 % after Holm's correction, and by as much as is worth a stop.
 *
 * @throws RangeError below eight pairs
 * @source Künsch 1989 (block bootstrap); Mann and Whitney 1947; Holm 1979
 */
export function compare(pairs: readonly Pair[], { seed = 1, draws = 1000 }: CompareOptions = {}): Compared[] {
  if (pairs.length < 8) throw new RangeError("fewer than eight pairs cannot be compared");
  const counted = new Counted(pairs);
  const everyPair = pairs.map((_, at) => at);
  const baseline = counted.valuesOf("baseline", everyPair);
  const candidate = counted.valuesOf("candidate", everyPair);
  const drawn = drawAgain(counted, seed, draws);
  const single = everyPair.map((at) => ({
    baseline: counted.valuesOf("baseline", [at]),
    candidate: counted.valuesOf("candidate", [at]),
  }));
  const measured = measureNames.filter((name) => !Number.isNaN(growth(name, baseline, candidate)));
  const pValues = holm(measured.map((name) => pValueOf(name, drawn, single)));
  return measureNames.map((measure) => {
    const at = measured.indexOf(measure);
    const values = drawn.map((each) => growth(measure, each.baseline, each.candidate)).sort((a, b) => a - b);
    const value = growth(measure, baseline, candidate);
    const interval = { value, low: quantile(values, 0.025), high: quantile(values, 0.975) };
    const pValue = pValues[at] ?? Number.NaN;
    const verdict = at < 0 ? "not measured" : verdictOf(measure, interval, pValue);
    return {
      measure,
      baseline: baseline[measure],
      candidate: candidate[measure],
      growth: interval,
      pValue,
      verdict,
    };
  });
}

type Both = { readonly baseline: Values; readonly candidate: Values };

function drawAgain(counted: Counted, seed: number, draws: number): Both[] {
  const random = seededRandom(seed);
  const count = counted.pairs.length;
  return Array.from({ length: draws }, () => {
    const chosen = Array.from({ length: count }, () => Math.floor(random() * count));
    return {
      baseline: counted.valuesOf("baseline", chosen),
      candidate: counted.valuesOf("candidate", chosen),
    };
  });
}

/** The larger of both tests: either may err alone. */
function pValueOf(name: MeasureName, drawn: readonly Both[], single: readonly Both[]): number {
  const notWorse = drawn.filter((each) => !(growth(name, each.baseline, each.candidate) > 0)).length;
  const scale = measures[name].kind === "ratio" ? Math.log : (value: number) => value;
  const ranks = mannWhitney(
    single.map((pair) => scale(pair.baseline[name])),
    single.map((pair) => scale(pair.candidate[name])),
  );
  return Math.max(ranks, (notWorse + 1) / (drawn.length + 1));
}

function verdictOf(name: MeasureName, { value, high }: Compared["growth"], pValue: number) {
  const { worthwhile, sought } = measures[name];
  if (pValue <= falseAlarms && value >= worthwhile) return "worse";
  return high < sought ? "not worse" : "cannot be told";
}
