import { betaQuantile, studentT } from "./beta.ts";
import type { DesignEffect } from "./bursts.ts";

/**
 * Exact lower bound of a binomial share: were the share below it, so many successes would come with probability under `error`.
 *
 * @param hits   may be a fraction: effective counts are
 * @param tries  above 0, at least `hits`
 * @source Clopper and Pearson, Biometrika 26, 1934
 */
export const lowerBound = (hits: number, tries: number, error: number): number =>
  hits <= 0 ? 0 : betaQuantile(error, hits, tries - hits + 1);

/** Exact upper bound, the mirror of `lowerBound`. */
export const upperBound = (hits: number, tries: number, error: number): number =>
  hits >= tries ? 1 : betaQuantile(1 - error, hits + 1, tries - hits);

export type Interval = { readonly low: number; readonly high: number };

/** The chances that a bound is on the wrong side: of the lower one and of the upper one. */
export type Errors = { readonly low: number; readonly high: number };

/**
 * Bounds of a share when events come in bursts: Clopper–Pearson over the effective number of events.
 * That number is divided by the design effect. What was measured beyond the assumption is widened for its own uncertainty
 * by Student's t with a third of a degree of freedom for each burst: three bursts say little about the length of the next.
 * Wherever the run shows bursts, a tenth of the error is kept for what such an estimate misses.
 *
 * @source Korn and Graubard, Survey Methodology 24, 1998; used by NCHS Data Presentation Standards for Proportions, 2017
 */
export function burstBounds(hits: number, tries: number, effect: DesignEffect, errors: Errors): Interval {
  if (tries === 0) return { low: 0, high: 1 };
  const spent = effect.measured > 1 ? spentWithEstimate : 1;
  const bound = (full: number, of: typeof lowerBound) => {
    const error = full * spent;
    const effective = tries / effectOn(effect, error);
    return of((hits / tries) * effective, effective, error);
  };
  return { low: bound(errors.low, lowerBound), high: bound(errors.high, upperBound) };
}

/** Of the error of a bound, when the run shows bursts: simulated runs whose bursts are about as long as assumed need the rest. */
const spentWithEstimate = 0.9;

/** The design effect to divide by, for a bound that may err so often: what is assumed, and what was seen beyond it, widened. */
export function effectOn({ assumed, measured, bursts }: DesignEffect, error: number): number {
  if (measured <= assumed) return assumed;
  const widened = studentT(error, Math.max(1, bursts * freePerBurst)) / studentT(error, manyFree);
  return assumed + (measured - assumed) * widened ** 2;
}

/**
 * A design effect is a sum of squared burst lengths over a time. Of lengths that end at random (geometric), as many as chance brings (Poisson),
 * that sum has the variance 6 / bursts of its squared mean: E[L⁴] / E[L²]² = 24 / 4. A sum of squares of normal variables would have 2 / freedom,
 * so by Satterthwaite's rule each burst gives a third of a degree of freedom.
 *
 * @source Satterthwaite, Biometrics Bulletin 2, 1946; Feller, Probability Theory II, VI.4 (compound Poisson)
 */
const freePerBurst = 1 / 3;
/** Student's t with so many degrees of freedom is the normal distribution. */
const manyFree = 1e6;
