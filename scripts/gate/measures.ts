import { type Distribution, distributionOf, Summed } from "./distribution.ts";
import { type Pair, type SideName, sideNames, type Turn } from "./pairs.ts";

/** What is compared. Ratios are candidate over baseline; the error ratio is a difference, because its baseline is mostly 0. */
export const measures = {
  p50: { title: "p50", unit: "ms", kind: "ratio", worthwhile: 0.05, sought: 0.1 },
  p95: { title: "p95", unit: "ms", kind: "ratio", worthwhile: 0.05, sought: 0.1 },
  p99: { title: "p99", unit: "ms", kind: "ratio", worthwhile: 0.1, sought: 0.25 },
  errors: { title: "error ratio", unit: "", kind: "difference", worthwhile: 0.001, sought: 0.005 },
  cpu: { title: "CPU time per request", unit: "ms", kind: "ratio", worthwhile: 0.025, sought: 0.05 },
} as const satisfies Record<string, MeasureInfo>;

export type MeasureInfo = {
  readonly title: string;
  readonly unit: "ms" | "";
  readonly kind: "ratio" | "difference";
  /** A growth below this is not worth a stop, however certain it is. */
  readonly worthwhile: number;
  /** A run is long enough when a growth of this size would have been seen. */
  readonly sought: number;
};
export type MeasureName = keyof typeof measures;
export const measureNames = Object.keys(measures) as MeasureName[];
/** One value for each measure; NaN where nothing was measured. */
export type Values = Readonly<Record<MeasureName, number>>;

type CountedTurn = {
  readonly distribution: Distribution;
  readonly requests: number;
  readonly errors: number;
  readonly cpuNs: number;
};

/** Pairs with their latencies counted, so that they can be drawn again quickly. */
export class Counted {
  readonly pairs: readonly Readonly<Record<SideName, CountedTurn>>[];
  readonly #summed: Summed;

  constructor(pairs: readonly Pair[]) {
    this.pairs = pairs.map(({ baseline, candidate }) => ({
      baseline: counted(baseline),
      candidate: counted(candidate),
    }));
    this.#summed = new Summed(this.pairs.flatMap((pair) => sideNames.map((side) => pair[side].distribution)));
  }

  /** The measures of one side over these pairs, by number; a pair may be named more than once. */
  valuesOf(side: SideName, chosen: readonly number[]): Values {
    let requests = 0;
    let errors = 0;
    let cpuNs = 0;
    this.#summed.clear();
    for (const at of chosen) {
      const turn = this.pairs[at]?.[side];
      if (turn === undefined) continue;
      this.#summed.add(turn.distribution);
      requests += turn.requests;
      errors += turn.errors;
      cpuNs += turn.cpuNs;
    }
    return {
      p50: this.#summed.quantile(0.5),
      p95: this.#summed.quantile(0.95),
      p99: this.#summed.quantile(0.99),
      errors: errors / requests,
      cpu: cpuNs / 1e6 / requests,
    };
  }
}

const counted = ({ latencies, requests, errors, cpuNs }: Turn): CountedTurn => ({
  distribution: distributionOf(latencies),
  requests,
  errors,
  cpuNs: cpuNs ?? Number.NaN,
});

/** How much more the candidate has: 0.1 is a tenth more, or for the error ratio 10 percentage points. */
export function growth(name: MeasureName, baseline: Values, candidate: Values): number {
  return measures[name].kind === "ratio"
    ? candidate[name] / baseline[name] - 1
    : candidate[name] - baseline[name];
}
