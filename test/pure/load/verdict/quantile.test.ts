import { describe, expect, it } from "vitest";
import { quantileInterval } from "../../../../load/verdict/quantile.ts";
import { seededRandom } from "../../../../load/verdict/random.ts";
import { lognormal, normals, pareto } from "../../../../load/verdict/simulation/processes.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("the interval of a quantile", () => {
  it("is the pair of order statistics that binomial sums give", () => {
    // 16 values, upper quartile: P(B <= 7) = 0.0075, P(B <= 8) = 0.0271, P(B >= 15) = 0.0635, P(B >= 16) = 0.0100.
    expect(quantileInterval(upTo(16), 0.75)).toMatchObject({ low: 8, high: 16 });
    // Median of 10: P(B <= 1) = 0.0107, P(B <= 2) = 0.0547.
    expect(quantileInterval(upTo(10), 0.5)).toMatchObject({ low: 2, high: 9 });
  });
  it("has no upper bound where too few values were seen", () => {
    expect(quantileInterval(upTo(100), 0.99)).toMatchObject({ value: 99, high: Number.POSITIVE_INFINITY });
    expect(quantileInterval(upTo(368), 0.99)?.high).toBe(368);
    expect(quantileInterval([], 0.5)).toBeUndefined();
  });
  it("is wider for values that are worth fewer", () => {
    const [all, few] = [quantileInterval(upTo(1000), 0.9), quantileInterval(upTo(1000), 0.9, 200)];
    expect((few?.high ?? 0) - (few?.low ?? 0)).toBeGreaterThan(1.8 * ((all?.high ?? 0) - (all?.low ?? 0)));
  });
  for (const [name, durations] of Object.entries({ lognormal: lognormal(1.5), pareto: pareto(1.2) }))
    it(`misses the true p95 of a ${name} tail in at most 5 % of samples`, () => {
      const [normal, truth] = [normals(seededRandom(11)), durations.exceeded(0.05)];
      let missed = 0;
      for (let run = 0; run < 1000; run++) {
        const sorted = Float64Array.from({ length: 200 }, () => durations.draw(normal())).sort();
        const found = quantileInterval(sorted, 0.95);
        if (!found || truth < found.low || truth > found.high) missed++;
      }
      // At most 50 are expected; 71 or more come with a chance of one in a thousand.
      expect(missed).toBeLessThan(71);
    });
});
