import { binomialAtMost } from "./beta.ts";
import type { Errors, Interval } from "./bounds.ts";

/** A quantile of measured values with its interval, in the unit of the values. */
export type Quantile = Interval & { readonly value: number };

/**
 * Quantile with a distribution-free interval: the bounds are two of the measured values, whatever their distribution.
 * Which ones follows from how many of so many values may lie below the true quantile, which is binomial.
 *
 * @param sorted     ascending
 * @param share      e.g. 0.99
 * @param effective  how many independent values these are worth (`sorted.length` when they are independent)
 * @returns          `low` is 0 and `high` is Infinity where the values are too few to bound that side; undefined without values
 * @source David and Nagaraja, Order Statistics, 3rd edition, 7.1; Woodruff, JASA 47, 1952 for correlated values
 */
export function quantileInterval(
  sorted: ArrayLike<number>,
  share: number,
  effective: number = sorted.length,
  errors: Errors = { low: 0.025, high: 0.025 },
): Quantile | undefined {
  const { length } = sorted;
  if (length === 0) return undefined;
  const at = (rank: number) => sorted[rank - 1] ?? (rank < 1 ? 0 : Number.POSITIVE_INFINITY);
  const weight = Math.min(1, effective / length);
  const below = (values: number) => binomialAtMost(values, length * weight, share);
  // X(r) lies above the quantile when at most r - 1 values lie below it, and below it when at least r do.
  const low = lastRank(length, (rank) => below((rank - 1) * weight) <= errors.low);
  const high = lastRank(length, (rank) => 1 - below(rank * weight - 1) > errors.high) + 1;
  return { value: at(Math.ceil(share * length)), low: at(low), high: at(high) };
}

/** The last of the ranks 1 to `count` for which something holds that holds for the first ones only; 0 when for none. */
function lastRank(count: number, holds: (rank: number) => boolean): number {
  let [from, to] = [0, count + 1];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (holds(middle)) from = middle;
    else to = middle;
  }
  return from;
}
