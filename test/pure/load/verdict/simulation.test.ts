import { describe, expect, it } from "vitest";
import { judgePromise } from "../../../../load/verdict/judge-promise.ts";
import { cases } from "../../../../load/verdict/simulation/cases.ts";
import { markovBursts } from "../../../../load/verdict/simulation/processes.ts";
import {
  contradicts,
  type Judge,
  simulate,
  simulateFamily,
} from "../../../../load/verdict/simulation/simulate.ts";

// 10 000 runs of each are in docs/verdict.md; these few would notice an error rate that is well above 5 %.
const runs = 300;
const kept = cases.filter(({ seconds }) => seconds <= 900);

describe("a promise that is exactly as good as allowed", () => {
  for (const one of kept)
    it(`passes and fails in at most 5 % of runs: ${one.says}`, () => {
      const { pass, fail } = simulate(one, one.allowed, runs, 1);
      expect([pass, contradicts(pass, runs, 0.05)], "false pass").toEqual([pass, false]);
      expect([fail, contradicts(fail, runs, 0.05)], "false fail").toEqual([fail, false]);
    });
});

describe("what the verdict would be without its parts", () => {
  const bursts = { process: markovBursts(1), seconds: 900, rate: 20, allowed: 0.01 };
  const without =
    (change: (judge: Parameters<Judge>) => ReturnType<Judge>): Judge =>
    (...args) =>
      change(args);
  it("passes wrongly when every request counts as one", () => {
    const naive = without(([seconds, allowed, errors]) => {
      // One block of time: there is nothing to see bursts by.
      const { valid, bad } = seconds.reduce((a, b) => ({ valid: a.valid + b.valid, bad: a.bad + b.bad }));
      return judgePromise([{ valid, bad }], allowed, errors, 0).verdict;
    });
    const { pass, fail } = simulate(bursts, bursts.allowed, runs, 1, naive);
    expect(contradicts(pass, runs, 0.05)).toBe(true);
    expect(contradicts(fail, runs, 0.05)).toBe(true);
  });
  it("passes wrongly when nothing is assumed of bursts that were not seen", () => {
    const short = { process: markovBursts(0.25), seconds: 300, rate: 20, allowed: 0.001 };
    const trusting = without(
      ([seconds, allowed, errors]) => judgePromise(seconds, allowed, errors, 0).verdict,
    );
    expect(contradicts(simulate(short, short.allowed, runs, 1, trusting).pass, runs, 0.05)).toBe(true);
    expect(simulate(short, short.allowed, runs, 1).pass).toBe(0);
  });
});

describe("six promises together", () => {
  it("pass in at most 5 % of runs when one is only just not kept", () => {
    const { pass } = simulateFamily([1, 0, 0, 0, 0, 0], runs, 2);
    expect([pass, contradicts(pass, runs, 0.05)]).toEqual([pass, false]);
  });
  it("fail in at most 5 % of runs when all are only just kept", () => {
    const { fail } = simulateFamily([1, 1, 1, 1, 1, 1], runs, 3);
    expect([fail, contradicts(fail, runs, 0.05)]).toEqual([fail, false]);
  });
  it("do come to a verdict: pass when far better, fail when one is far worse", () => {
    expect(simulateFamily([0.05, 0.05, 0.05, 0.05, 0.05, 0.05], 100, 4).pass).toBeGreaterThan(80);
    expect(simulateFamily([3, 0.1, 0.1, 0.1, 0.1, 0.1], 100, 5).fail).toBeGreaterThan(90);
  });
});

it("The same seed makes the same runs", () => {
  const [one] = kept;
  if (one) expect(simulate(one, 0.0003, 20, 9)).toEqual(simulate(one, 0.0003, 20, 9));
});
