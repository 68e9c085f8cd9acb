import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  budgetLeft,
  burnRate,
  deployVerdict,
  exhaustionSeconds,
  policy,
  worstVerdict,
} from "../../../telemetry/derive/budget.ts";
import { seconds } from "../../../telemetry/derive/windows.ts";

const threeNines = { objective: "99.9%", window: "30d" } as const;
const month = 30 * 86_400;

describe("an error budget", () => {
  it("is untouched without errors, spent at its ratio, and below zero beyond", () => {
    expect(budgetLeft(threeNines, 0)).toBe(1);
    expect(budgetLeft(threeNines, 0.001)).toBe(0);
    expect(budgetLeft(threeNines, 0.002)).toBe(-1);
  });
  it("burns at 1 when the whole is spent in exactly one window", () => {
    expect(burnRate(threeNines, 0.001)).toBe(1);
    expect(exhaustionSeconds(threeNines, 1, 1)).toBe(month);
    expect(exhaustionSeconds(threeNines, 0.5, 14.4)).toBeCloseTo(month / 28.8, 6);
  });
  it("lasts for ever when nothing burns, and no second when it is spent", () => {
    expect(exhaustionSeconds(threeNines, 0.3, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(exhaustionSeconds(threeNines, 0, 2)).toBe(0);
    expect(exhaustionSeconds(threeNines, -3, 0)).toBe(0);
  });
  it("never shrinks by fewer errors", () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
          expect(budgetLeft(threeNines, fewer)).toBeGreaterThanOrEqual(budgetLeft(threeNines, more));
        },
      ),
    ));
});

describe("the verdict on a deploy", () => {
  const state = {
    left: 0.9,
    exhaustedInSeconds: Number.POSITIVE_INFINITY,
    historySeconds: month,
    isHeard: true,
  };
  const cases = {
    "go: much is left and nothing burns": [state, "go"],
    "go: exactly the share of the policy": [{ ...state, left: policy.carefulBelow }, "go"],
    "careful: less than that": [{ ...state, left: 0.2499 }, "careful"],
    "careful: gone in a day at this pace": [{ ...state, exhaustedInSeconds: 86_400 }, "careful"],
    "go: gone in exactly the time of the policy": [
      { ...state, exhaustedInSeconds: seconds(policy.carefulWithin) },
      "go",
    ],
    "stop: spent": [{ ...state, left: 0, exhaustedInSeconds: 0 }, "stop"],
    "stop: spent within an hour of history": [{ ...state, left: -0.1, historySeconds: 3_600 }, "stop"],
    "unknown: an hour of history": [{ ...state, historySeconds: 3_600 }, "unknown"],
    "unknown: nothing is heard now": [{ ...state, isHeard: false }, "unknown"],
    "stop: spent, and nothing is heard now": [{ ...state, left: 0, isHeard: false }, "stop"],
    "unknown: no valid event": [undefined, "unknown"],
  } as const;
  it.each(Object.entries(cases))("%s", (_name, [given, expected]) => {
    expect(deployVerdict(given)).toBe(expected);
  });
  it("is the worst of all, and a spent budget is worse than an unknown one", () => {
    expect(worstVerdict(["go", "careful", "go"])).toBe("careful");
    expect(worstVerdict(["careful", "unknown"])).toBe("unknown");
    expect(worstVerdict(["unknown", "stop", "go"])).toBe("stop");
    expect(worstVerdict([])).toBe("go");
  });
  it("follows the numbers that the policy page quotes", () => {
    const page = readFileSync(resolve(import.meta.dirname, "../../../docs/error-budget-policy.md"), "utf8");
    expect(page).toContain(`less than ${policy.carefulBelow * 100} %`);
    expect(page).toContain(`within ${seconds(policy.carefulWithin) / 86_400} days`);
    expect(page).toContain(`less than ${seconds(policy.historyMin) / 3_600} hours of history`);
    expect(page).toContain(`came for ${seconds(policy.silentAfter) / 60} minutes`);
  });
});
