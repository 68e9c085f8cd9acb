import { seededRandom } from "../../load/verdict/random.ts";

/** A figure with its 95 % interval. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number };

/** NaN of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/** @param sorted  ascending, at least one */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new RangeError("no values, no quantile");
  return below + (above - below) * (at - Math.floor(at));
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = items.map((item) => ({ item, at: random() }));
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/**
 * Percentile bootstrap over rounds: whole rounds are drawn again, so that what was measured side by side stays together.
 *
 * @param rounds     one entry for each round
 * @param statistic  of a list of rounds, e.g. the median of a difference
 * @source Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13
 */
export function bootstrap<T>(
  rounds: readonly T[],
  statistic: (rounds: readonly T[]) => number,
  { seed = 1, draws = 2000 }: { readonly seed?: number; readonly draws?: number } = {},
): Estimate {
  const random = seededRandom(seed);
  const drawn = () => rounds.map(() => rounds[Math.floor(random() * rounds.length)] as T);
  const values = Array.from({ length: draws }, () => statistic(drawn())).sort((a, b) => a - b);
  return { value: statistic(rounds), low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

/**
 * Slope of the least-squares line with Student's 95 % interval.
 *
 * @throws RangeError below three points
 */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): Estimate {
  const free = points.length - 2;
  if (free < 1) throw new RangeError("a slope with an interval needs three points");
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  const value = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
  const left = points.reduce((sum, point) => sum + (point.y - y - value * (point.x - x)) ** 2, 0);
  const margin = studentT95(free) * Math.sqrt(left / free / spread);
  return { value, low: value - margin, high: value + margin };
}

const t95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/** Two-sided 95 % quantile of Student's t; above 30 degrees of freedom the one of 30, which is the wider. */
export const studentT95 = (free: number): number => t95[Math.min(free, t95.length) - 1] ?? Number.NaN;
