import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../load/verdict/random.ts";
import {
  bootstrap,
  median,
  quantile,
  shuffled,
  slope,
  studentT95,
} from "../../../scripts/bench/statistics.ts";

/** Normal numbers from two uniform ones (Box and Muller). */
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe("median and quantile", () => {
  it("takes the middle of an odd list", () => expect(median([9, 1, 5])).toBe(5));
  it("takes the mean of the two in the middle of an even one", () => expect(median([4, 1, 3, 2])).toBe(2.5));
  it("interpolates between neighbours", () => expect(quantile([0, 10], 0.25)).toBe(2.5));
  it("refuses an empty list", () => expect(() => median([])).toThrow(RangeError));
});

describe("the bootstrap", () => {
  it("covers the true median in about 95 of 100 samples", () => {
    const random = seededRandom(7);
    let covered = 0;
    for (let sample = 0; sample < 200; sample++) {
      const rounds = Array.from({ length: 25 }, () => 10 + normal(random));
      const { low, high } = bootstrap(rounds, median, { seed: sample + 1, draws: 400 });
      if (low <= 10 && 10 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThanOrEqual(200);
  });
  it("keeps what was measured side by side together: shared noise leaves a difference", () => {
    const random = seededRandom(3);
    const rounds = Array.from({ length: 20 }, () => {
      const noise = 1000 * random();
      return { none: 40 + noise, direct: 56 + noise };
    });
    const added = bootstrap(rounds, (some) => median(some.map(({ none, direct }) => direct - none)));
    expect(added.low).toBeCloseTo(16);
    expect(added.high).toBeCloseTo(16);
  });
  it("gives the same interval for the same seed", () => {
    const rounds = [1, 5, 2, 8, 3];
    expect(bootstrap(rounds, median, { seed: 4 })).toEqual(bootstrap(rounds, median, { seed: 4 }));
  });
});

describe("the slope", () => {
  it("finds a line, with an interval of nothing", () => {
    const { value, low, high } = slope([0, 1, 2, 3].map((x) => ({ x, y: 7 + 3 * x })));
    expect([value, low, high].map((number) => Math.round(number * 1e9) / 1e9)).toEqual([3, 3, 3]);
  });
  it("agrees with a textbook example", () => {
    // y = 1, 3, 2, 5: slope 1.1, residual 2.7 over two degrees of freedom, standard error 0.5196.
    const { value, low, high } = slope([1, 3, 2, 5].map((y, x) => ({ x, y })));
    expect(value).toBeCloseTo(1.1);
    expect(low).toBeCloseTo(1.1 - 4.303 * 0.5196, 3);
    expect(high).toBeCloseTo(1.1 + 4.303 * 0.5196, 3);
  });
  it("covers a heap that does not grow in about 95 of 100 samples, and never one that leaks 3 KB", () => {
    const random = seededRandom(11);
    let flat = 0;
    let leaking = 0;
    for (let sample = 0; sample < 200; sample++) {
      const heap = (perRequest: number) =>
        slope(
          Array.from({ length: 12 }, (_, step) => ({
            x: step * 1200,
            y: 2e6 + perRequest * step * 1200 + 20_000 * normal(random),
          })),
        );
      if (heap(0).low <= 0 && heap(0).high >= 0) flat++;
      if (heap(3000).low <= 0) leaking++;
    }
    expect(flat).toBeGreaterThan(170);
    expect(leaking).toBe(0);
  });
  it("needs three points", () => expect(() => slope([{ x: 0, y: 0 }])).toThrow(RangeError));
});

it("knows Student's t, and takes the wider one beyond its table", () => {
  expect(studentT95(1)).toBe(12.706);
  expect(studentT95(10)).toBe(2.228);
  expect(studentT95(500)).toBe(studentT95(30));
});

it("shuffles without losing anything, into every order", () => {
  const random = seededRandom(5);
  const orders = new Set(Array.from({ length: 200 }, () => shuffled(["a", "b", "c"], random).join("")));
  expect([...orders].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
});
