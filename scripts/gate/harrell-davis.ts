import { regularizedBeta } from "../../load/verdict/beta.ts";

/**
 * A quantile as the weighted mean of all values, on a logarithmic scale. Of a hundred values it wanders a tenth less than the one or two in its place.
 *
 * @param values  above 0, in any order
 * @param share   e.g. 0.95
 * @returns       NaN of nothing
 * @source Harrell and Davis, Biometrika 69, 1982
 */
export function smoothQuantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const weights = weightsOf(values.length, share);
  const sorted = values.toSorted((a, b) => a - b);
  return Math.exp(sorted.reduce((sum, value, at) => sum + (weights[at] ?? 0) * Math.log(value), 0));
}

/** They depend on how many values there are, and windows have nearly as many each. */
const known = new Map<string, readonly number[]>();

function weightsOf(count: number, share: number): readonly number[] {
  const key = `${count} ${share}`;
  const weights = known.get(key) ?? weightsFrom(count, share);
  known.set(key, weights);
  return weights;
}

/** Probability of each nth of [0, 1] under Beta((n + 1) share, (n + 1)(1 - share)). */
function weightsFrom(count: number, share: number): number[] {
  const upTo = (at: number) => regularizedBeta(at / count, (count + 1) * share, (count + 1) * (1 - share));
  return Array.from({ length: count }, (_, at) => upTo(at + 1) - upTo(at));
}
