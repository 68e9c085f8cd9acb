import { describe, expect, it } from "vitest";
import {
  betaQuantile,
  binomialAtMost,
  logGamma,
  regularizedBeta,
  studentT,
} from "../../../../load/verdict/beta.ts";
import { burstBounds, lowerBound, upperBound } from "../../../../load/verdict/bounds.ts";
import { designEffect } from "../../../../load/verdict/bursts.ts";

/** The same by adding up exact terms. */
function binomialSum(hits: number, tries: number, share: number): number {
  let [term, sum] = [(1 - share) ** tries, 0];
  for (let k = 0; k <= hits; k++) {
    sum += term;
    term *= ((tries - k) / (k + 1)) * (share / (1 - share));
  }
  return sum;
}

describe("the beta function behind the bounds", () => {
  it("is what tables say", () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5723649429247001, 12);
    expect(logGamma(101)).toBeCloseTo(363.7393755555635, 9);
    // I_0.5(2, 3) = 11/16 by hand.
    expect(regularizedBeta(0.5, 2, 3)).toBeCloseTo(11 / 16, 13);
    // Student's t: NIST/SEMATECH e-Handbook, 1.3.6.7.2.
    for (const [tail, free, t] of [
      [0.05, 1, 6.314],
      [0.025, 10, 2.228],
      [0.05, 20, 1.725],
      [0.01, 100, 2.364],
    ] as const)
      expect(studentT(tail, free)).toBeCloseTo(t, 3);
  });
  it("adds up binomial terms", () => {
    for (const [hits, tries, share] of [
      [0, 10, 0.1],
      [3, 40, 0.05],
      [7, 1000, 0.01],
      [25, 60, 0.4],
    ] as const)
      expect(binomialAtMost(hits, tries, share)).toBeCloseTo(binomialSum(hits, tries, share), 11);
  });
  it("finds back what it was given, far into the tails", () => {
    for (const p of [1e-6, 0.008, 0.05, 0.5, 0.95, 0.999])
      for (const [a, b] of [
        [1, 2995],
        [0.2, 3600],
        [13, 90_000],
        [500, 3],
      ] as const)
        expect(regularizedBeta(betaQuantile(p, a, b), a, b) / p).toBeCloseTo(1, 7);
  });
});

describe("exact bounds of a share", () => {
  it("are those of Clopper and Pearson", () => {
    // 10 of 100, two-sided 95 %: 4.90 % to 17.62 %, as in R's binom.test(10, 100).
    expect(lowerBound(10, 100, 0.025)).toBeCloseTo(0.0490046892, 9);
    expect(upperBound(10, 100, 0.025)).toBeCloseTo(0.1762225978, 9);
  });
  it("prove 99.9 % by 2995 requests without an error, and not by 2994", () => {
    expect(upperBound(0, 2995, 0.05)).toBeLessThanOrEqual(0.001);
    expect(upperBound(0, 2994, 0.05)).toBeGreaterThan(0.001);
  });
  it("say nothing where nothing was asked", () => {
    const effect = designEffect([]);
    expect(burstBounds(0, 0, effect, { low: 0.05, high: 0.05 })).toEqual({ low: 0, high: 1 });
  });
  it("keep a tenth of the error, and widen what was seen, where the burst length is an estimate", () => {
    const errors = { low: 0.02, high: 0.05 };
    const of = (effect: { assumed: number; measured: number; bursts: number }) =>
      burstBounds(20, 6_000, { ...effect, blockSeconds: 1 }, errors);
    const known = of({ assumed: 6, measured: 1, bursts: 0 });
    expect(known.high).toBeCloseTo(upperBound(20 / 6, 1_000, 0.05), 12);
    const shorter = of({ assumed: 6, measured: 4, bursts: 9 });
    expect(shorter.high).toBeCloseTo(upperBound(20 / 6, 1_000, 0.045), 12);
    expect(shorter.low).toBeCloseTo(lowerBound(20 / 6, 1_000, 0.018), 12);
    // Nine bursts are three degrees of freedom.
    const effect = 6 + 3 * (studentT(0.045, 3) / studentT(0.045, 1e6)) ** 2;
    const longer = of({ assumed: 6, measured: 9, bursts: 9 });
    expect(longer.high).toBeCloseTo(upperBound(20 / effect, 6_000 / effect, 0.045), 12);
  });
});

describe("the design effect", () => {
  const quiet = (length: number) => Array.from({ length }, () => ({ valid: 20, bad: 0 }));
  it("assumes bursts of 0.3 s until it sees longer ones", () => {
    expect(designEffect(quiet(100))).toMatchObject({ assumed: 6, measured: 1, bursts: 0 });
    expect(designEffect(quiet(100), 0).assumed).toBe(1);
  });
  it("is about the size of bursts that it sees, also when seconds cut them", () => {
    const seconds = quiet(1000);
    // Ten bursts of 40 requests, each over two seconds.
    for (let at = 50; at < 1000; at += 100) for (const i of [at, at + 1]) seconds[i] = { valid: 20, bad: 20 };
    const { measured, bursts } = designEffect(seconds);
    expect(measured).toBeGreaterThan(35);
    expect(measured).toBeLessThan(45);
    expect(bursts).toBe(10);
  });
  it("is near 1 for errors that are spread evenly", () => {
    const seconds = quiet(1000).map((second, i) => ({ ...second, bad: Number(i % 10 === 0) }));
    expect(designEffect(seconds).measured).toBeLessThan(1.2);
  });
});
