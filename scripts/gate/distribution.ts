/** Latencies of one turn, counted in bins that each are half a percent wide: many turns add up fast. */
export type Distribution = {
  /** Numbers of the bins that are not empty, and how many fell into each. */
  readonly bins: Int32Array;
  readonly counts: Int32Array;
  readonly total: number;
};

const width = Math.log(1.005);

/** @param milliseconds  of each answer; anything below a microsecond counts as one */
export function distributionOf(milliseconds: readonly number[]): Distribution {
  const counts = new Map<number, number>();
  for (const value of milliseconds) {
    const bin = Math.floor(Math.log(Math.max(value, 1e-3)) / width);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return {
    bins: Int32Array.from(counts.keys()),
    counts: Int32Array.from(counts.values()),
    total: milliseconds.length,
  };
}

/** Adds distributions up, and reads quantiles of the sum. */
export class Summed {
  readonly #lowest: number;
  readonly #sums: Float64Array;
  #total = 0;

  /** @param all  every distribution that will ever be added */
  constructor(all: readonly Distribution[]) {
    let [lowest, highest] = [0, 0];
    for (const { bins } of all)
      for (const bin of bins) [lowest, highest] = [Math.min(lowest, bin), Math.max(highest, bin)];
    this.#lowest = lowest;
    this.#sums = new Float64Array(highest - lowest + 1);
  }

  clear(): void {
    this.#sums.fill(0);
    this.#total = 0;
  }

  add({ bins, counts, total }: Distribution): void {
    for (let at = 0; at < bins.length; at++)
      (this.#sums[(bins[at] as number) - this.#lowest] as number) += counts[at] as number;
    this.#total += total;
  }

  /** @returns milliseconds, geometric inside a bin; NaN when nothing was added */
  quantile(share: number): number {
    let left = share * this.#total;
    for (let at = 0; at < this.#sums.length; at++) {
      const inside = this.#sums[at] as number;
      if (inside > 0 && left <= inside) return Math.exp((this.#lowest + at + left / inside) * width);
      left -= inside;
    }
    return Number.NaN;
  }
}
