import { burstBounds, type Errors, type Interval } from "./bounds.ts";
import { assumedBurstSeconds, type DesignEffect, designEffect } from "./bursts.ts";
import { type Second, sumOf } from "./seconds.ts";

/**
 * `pass`: the share of bad events is below what is allowed, with confidence. `fail`: it is above, with confidence.
 * `inconclusive`: the run is too short to say.
 */
export type PromiseVerdict = "pass" | "fail" | "inconclusive";

export type Judged = {
  readonly verdict: PromiseVerdict;
  readonly valid: number;
  readonly bad: number;
  /** Share of bad events that the promise allows. */
  readonly allowed: number;
  /** Share of bad events with its bounds; the verdict is where `allowed` lies. */
  readonly ratio: Interval & { readonly value: number };
  readonly effect: DesignEffect;
  /** What a run of this kind would need in all; Infinity where the ratio is too near to what is allowed, 0 when it is told. */
  readonly needed: number;
};

/**
 * The chance that a verdict is wrong.
 * `pass` of the whole needs every promise to pass, so each may err with 5 % (intersection–union).
 * `fail` of the whole needs one promise to fail, so they share the 5 % (Bonferroni; Holm's first step is the same).
 *
 * @source Berger, Technometrics 24, 1982; Holm, Scand. J. Statist. 6, 1979
 */
export const errorsFor = (promises: number): Errors => ({ low: 0.05 / Math.max(1, promises), high: 0.05 });

/** Above so many requests no run is planned. */
const neededMax = 1e9;

/**
 * Judges one promise by what one run saw. The length of the run must have been fixed before, or looking makes the errors grow.
 *
 * @param seconds  every second of the run in order, also those without events
 * @param allowed  share of bad events, above 0, e.g. 0.001
 */
export function judgePromise(
  seconds: readonly Second[],
  allowed: number,
  errors: Errors,
  burstSeconds = assumedBurstSeconds,
): Judged {
  const { valid, bad } = sumOf(seconds);
  const effect = designEffect(seconds, burstSeconds);
  const bounds = burstBounds(bad, valid, effect, errors);
  const verdict = bounds.high <= allowed ? "pass" : bounds.low > allowed ? "fail" : "inconclusive";
  const value = valid === 0 ? 0 : bad / valid;
  const needed = verdict === "inconclusive" ? requestsNeeded(value, allowed, effect, errors) : 0;
  return { verdict, valid, bad, allowed, ratio: { value, ...bounds }, effect, needed };
}

/**
 * Fewest requests after which a run with the same ratio and the same bursts would be told, one way or the other.
 *
 * @returns Infinity above a thousand million
 */
export function requestsNeeded(ratio: number, allowed: number, effect: DesignEffect, errors: Errors): number {
  const isTold = (valid: number) => {
    const { low, high } = burstBounds(ratio * valid, valid, effect, errors);
    return high <= allowed || low > allowed;
  };
  if (ratio === allowed || !isTold(neededMax)) return Number.POSITIVE_INFINITY;
  let [few, enough] = [0, neededMax];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isTold(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}
