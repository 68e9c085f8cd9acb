/**
 * One-sided Mann–Whitney rank sum for values that were measured in pairs: are those of `second` larger?
 * Each pair is aligned by its mean first, so that what slowed both down does not hide the difference;
 * what the sum may be by chance follows from swapping the two values inside each pair.
 *
 * @param first   one value for each pair, on a scale where differences mean something (a logarithm for ratios)
 * @param second  of the same length; pairs with a value that is not finite are left out
 * @returns       the p-value of the normal approximation, corrected for continuity; 1 when nothing differs
 * @source Hodges and Lehmann 1962, Rank methods for combination of independent experiments; Mann and Whitney 1947
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): number {
  const differences = first
    .map((value, at) => ((second[at] ?? Number.NaN) - value) / 2)
    .filter((difference) => Number.isFinite(difference));
  const rankOf = midRanks(differences.flatMap((difference) => [difference, -difference]));
  let surplus = 0;
  let variance = 0;
  for (const difference of differences) {
    const gap = rankOf(difference) - rankOf(-difference);
    surplus += gap / 2;
    variance += gap ** 2 / 4;
  }
  return variance === 0 ? 1 : normalTail((surplus - 0.5) / Math.sqrt(variance));
}

/** Ranks from 1; values that are equal share the mean of theirs. */
function midRanks(values: readonly number[]): (value: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  const ranks = new Map<number, number>();
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    // Zero has two signs and is one value.
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    ranks.set((sorted[from] as number) + 0, (from + 1 + to) / 2);
    from = to;
  }
  return (value) => ranks.get(value + 0) ?? Number.NaN;
}

/**
 * P(Z > z) of the standard normal distribution, to 1e-7.
 *
 * @source Abramowitz and Stegun, formula 26.2.17
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153];
  const sum = series.reduce((rest, factor) => (rest + factor) * t, 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
