/**
 * Holm's step-down correction: p-values as large as they must be when several questions are asked at once.
 *
 * @param pValues  one for each question
 * @returns        in the same order; a question is answered "yes" at level α when its value is at most α
 * @source Holm 1979, A simple sequentially rejective multiple test procedure
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 0;
  for (const [rank, { p, at }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (pValues.length - rank)));
    adjusted[at] = least;
  }
  return adjusted;
}
