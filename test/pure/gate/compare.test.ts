import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../load/verdict/random.ts";
import { blocksOf, chanceOfStarts, stretchOf } from "../../../scripts/gate/blocks.ts";
import { type Compared, compare } from "../../../scripts/gate/compare.ts";
import { smoothQuantile } from "../../../scripts/gate/harrell-davis.ts";
import { holm } from "../../../scripts/gate/holm.ts";
import { mannWhitney, normalTail } from "../../../scripts/gate/mann-whitney.ts";
import type { MeasureName } from "../../../scripts/gate/measures.ts";
import type { Pair, Sample } from "../../../scripts/gate/pairs.ts";

describe("the tests", () => {
  it("normal tail as in tables", () => {
    expect(normalTail(1.6448536)).toBeCloseTo(0.05, 6);
    expect(normalTail(-1.959964)).toBeCloseTo(0.975, 6);
    expect(normalTail(0)).toBeCloseTo(0.5, 6);
  });
  it("Mann–Whitney over aligned pairs as by hand", () => {
    // Halves of the differences: 1, 2, -3, 4. Ranks of all eight aligned values: -4 … 4 are 1 … 8.
    // Surplus (1 + 3 - 5 + 7) / 2 = 3, variance (1 + 9 + 25 + 49) / 4 = 21, z = 2.5 / √21.
    expect(mannWhitney([0, 0, 0, 0], [2, 4, -6, 8])).toBeCloseTo(normalTail(2.5 / Math.sqrt(21)), 12);
    expect(mannWhitney([1, 100, 10_000], [1, 100, 10_000])).toBe(1);
    expect(mannWhitney([1, Number.NaN], [1, 5])).toBe(1);
    expect(mannWhitney([], [])).toBe(1);
  });
  it("Mann–Whitney sees a small shift below a large drift of both", () => {
    const drift = Array.from({ length: 30 }, (_, at) => at * 10);
    expect(
      mannWhitney(
        drift,
        drift.map((value, at) => value + 1 + (at % 3) / 10),
      ),
    ).toBeLessThan(1e-4);
  });
  it("analysis of variance as in tables, and without a difference", () => {
    // Means 2, 3 and 7 of three each: between 42 / 2, within 6 / 6, so F = 21 with 2 and 6 degrees of freedom.
    expect(
      chanceOfStarts([
        [1, 2, 3],
        [2, 3, 4],
        [6, 7, 8],
      ]),
    ).toBeCloseTo((1 + 21 / 3) ** -3, 10);
    expect(
      chanceOfStarts([
        [1, 1],
        [1, 1],
      ]),
    ).toBe(1);
    expect(chanceOfStarts([[Number.NaN], [Number.NaN]])).toBe(1);
  });
  it("blocks are neighbours of one start, or whole starts where these differ", () => {
    const all = pairs(1)
      .slice(0, 60)
      .map((pair, at) => ({ ...pair, round: Math.floor(at / 10) }));
    const alike = all.map((_, at) => at % 10);
    expect(blocksOf(all, alike).slice(0, 6)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
      [10, 11],
    ]);
    const uneven = alike.map((value, at) => (at < 10 ? value + 9 : value));
    expect(blocksOf(all, uneven).map((block) => block.length)).toEqual([10, 10, 10, 10, 10, 10]);
    // A window in which nothing was measured hides no difference.
    const holed = uneven.map((value, at) => (at === 30 ? Number.NaN : value));
    expect(blocksOf(all, holed)).toHaveLength(6);
    // Of a short run, each pair for itself.
    expect(blocksOf(all.slice(0, 20), uneven)).toHaveLength(20);
    expect(stretchOf(6)).toBeCloseTo(Math.sqrt(6 / 5) * (3.36493 / 2.326348), 4);
  });
  it("a smooth quantile is that of Harrell and Davis, on a logarithmic scale", () => {
    expect(smoothQuantile([Math.E ** 2, 1], 0.5)).toBeCloseTo(Math.E, 10);
    // Beta(2, 2) over thirds: 7/27, 13/27, 7/27.
    expect(Math.log(smoothQuantile([1, Math.E, Math.E ** 3], 0.5))).toBeCloseTo(13 / 27 + 21 / 27, 10);
    expect(smoothQuantile([5], 0.95)).toBeCloseTo(5, 10);
    const random = seededRandom(1);
    const values = Array.from({ length: 5_000 }, () => Math.exp(random()));
    expect(Math.log(smoothQuantile(values, 0.95))).toBeCloseTo(0.95, 2);
    expect(smoothQuantile([], 0.5)).toBeNaN();
  });
  it("Holm steps down and never lets a larger p-value overtake", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});

/** Windows on a machine whose speed wanders from pair to pair by a tenth, with tails as of a real API. */
function pairs(seed: number, planted: { slower?: number; cpu?: number; errors?: number } = {}): Pair[] {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sample = (mood: number, slower: number, cpu: number, errors: number): Sample => {
    const own = mood * Math.exp(0.04 * normal());
    return {
      latencies: Array.from({ length: 120 }, () => 6 * own * slower * Math.exp(0.5 * normal())),
      requests: 120,
      errors: Array.from({ length: 120 }, random).filter((draw) => draw < errors).length,
      cpuNs: 120 * 2.5e6 * own * cpu,
    };
  };
  return Array.from({ length: 68 }, () => {
    const mood = Math.exp(0.1 * normal());
    return {
      round: 0,
      baseline: sample(mood, 1, 1, 0),
      candidate: sample(mood, planted.slower ?? 1, planted.cpu ?? 1, planted.errors ?? 0),
    };
  });
}

const verdicts = (compared: readonly Compared[]) =>
  Object.fromEntries(compared.map(({ measure, verdict }) => [measure, verdict])) as Record<
    MeasureName,
    Compared["verdict"]
  >;
const share = (planted: Parameters<typeof pairs>[1], measure: MeasureName, runs = 20) =>
  Array.from({ length: runs }, (_, seed) => compare(pairs(seed + 1, planted), { draws: 100 })).filter(
    (compared) => verdicts(compared)[measure] === "worse",
  ).length / runs;

describe("a comparison", () => {
  it("is quiet about the same release, and sure of it", () => {
    const alarms = Array.from({ length: 60 }, (_, seed) => compare(pairs(seed + 1), { draws: 100 })).filter(
      (compared) => compared.some(({ verdict }) => verdict === "worse"),
    );
    // 5 % of 60 are 3; more than 7 are seen once in 50 times at that rate.
    expect(alarms.length).toBeLessThanOrEqual(7);
    expect(verdicts(compare(pairs(1)))).toMatchObject({
      p50: "not worse",
      p95: "not worse",
      cpu: "not worse",
    });
  });
  it("finds 10 % of latency, 5 % of CPU time and half a percent of errors nine times in ten", () => {
    expect(share({ slower: 1.1 }, "p95")).toBeGreaterThanOrEqual(0.9);
    expect(share({ cpu: 1.05 }, "cpu")).toBeGreaterThanOrEqual(0.9);
    expect(share({ errors: 0.005 }, "errors")).toBeGreaterThanOrEqual(0.9);
  });
  it("does not stop what is surely, but hardly worse", () => {
    const [result] = compare(pairs(3, { cpu: 1.01 })).filter(({ measure }) => measure === "cpu");
    expect(result?.verdict).toBe("not worse");
  });
  it("cannot tell from a short run, and says so", () => {
    const short = Array.from({ length: 20 }, (_, seed) => verdicts(compare(pairs(seed + 1).slice(0, 8))).p95);
    expect(short).toContain("cannot be told");
    expect(() => compare(pairs(1).slice(0, 7))).toThrow("eight pairs");
  });
  it("is not moved by a machine that stands still in one window of ten", () => {
    const still = pairs(1).map((pair, at) =>
      at % 10 === 0
        ? {
            ...pair,
            candidate: { ...pair.candidate, latencies: pair.candidate.latencies.map((ms) => ms * 30) },
          }
        : pair,
    );
    expect(verdicts(compare(still))).toMatchObject({ p50: "not worse", p95: "not worse" });
  });
  it("takes a start for what it is, not for a difference", () => {
    // Eight starts, of which two are a fifth slower from the first pair to the last.
    const uneven = pairs(1)
      .slice(0, 64)
      .map((pair, at) => {
        const round = Math.floor(at / 8);
        const slow = round < 2 ? 1.2 : 1;
        return {
          ...pair,
          round,
          candidate: { ...pair.candidate, cpuNs: (pair.candidate.cpuNs ?? 0) * slow },
        };
      });
    const cpuOf = (all: readonly Pair[]) => compare(all).find(({ measure }) => measure === "cpu");
    const oneStart = uneven.map((pair) => ({ ...pair, round: 0 }));
    const width = (all: readonly Pair[]) => {
      const { low = 0, high = 0 } = cpuOf(all)?.growth ?? {};
      return high - low;
    };
    expect(width(uneven)).toBeGreaterThan(1.5 * width(oneStart));
  });
  it("goes without what was not measured", () => {
    const without = pairs(1).map(({ round, baseline, candidate }) => ({
      round,
      baseline: { ...baseline, cpuNs: undefined },
      candidate: { ...candidate, cpuNs: undefined },
    }));
    expect(verdicts(compare(without)).cpu).toBe("not measured");
  });
});
