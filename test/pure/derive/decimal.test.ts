import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compare,
  divideUp,
  errorBudget,
  multiply,
  objectiveRatio,
  subtract,
} from "../../../telemetry/derive/decimal.ts";

const budgets = {
  "99.9%": "0.001",
  "99.95%": "0.0005",
  "50%": "0.5",
  "99.99999%": "0.0000001",
  "9%": "0.91",
};
for (const [objective, budget] of Object.entries(budgets))
  it(`${objective} leaves a budget of ${budget}`, () =>
    expect(errorBudget(objective as `${number}%`)).toBe(budget));

for (const objective of ["100%", "0%", "0.0%", "100.00001%", "99.999999%", "-1%", "1e1%", "99,9%"])
  it(`refuses ${objective}`, () =>
    expect(() => errorBudget(objective as `${number}%`)).toThrow(/not between 0% and 100%/));

it("refuses text that is no decimal number", () => expect(() => multiply("1e3", "2")).toThrow(RangeError));
it("refuses to divide by nothing", () => expect(() => divideUp("1", "0", 3)).toThrow(RangeError));
it("does not leak floats where floats would", () => {
  expect(multiply("14.4", "0.001")).toBe("0.0144");
  expect(subtract("1", "0.9990000000000001")).toBe("0.0009999999999999");
});

/** Decimals as integers of thousandths, so that BigInt arithmetic is the oracle. */
const thousandths = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
const text = (n: bigint) => {
  const digits = (n < 0n ? -n : n).toString().padStart(4, "0");
  return `${n < 0n ? "-" : ""}${digits.slice(0, -3)}.${digits.slice(-3)}`;
};

describe("for all decimals", () => {
  it("subtract is exact", () =>
    fc.assert(
      fc.property(thousandths, thousandths, (a, b) => {
        expect(compare(subtract(text(a), text(b)), text(a - b))).toBe(0);
      }),
    ));
  it("multiply is exact", () =>
    fc.assert(
      fc.property(thousandths, thousandths, (a, b) => {
        expect(compare(multiply(multiply(text(a), text(b)), "1000000"), (a * b).toString())).toBe(0);
      }),
    ));
  it("compare orders like the numbers", () =>
    fc.assert(
      fc.property(thousandths, thousandths, (a, b) => {
        expect(Math.sign(compare(text(a), text(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    ));
  it("divideUp is the smallest quotient that is not below the true one", () =>
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (a, b) => {
        const up = divideUp(text(a), text(b), 3);
        expect(compare(multiply(up, text(b)), text(a))).toBeGreaterThanOrEqual(0);
        expect(compare(multiply(subtract(up, "0.001"), text(b)), text(a))).toBeLessThan(0);
      }),
    ));
  it("objective and budget add up to one", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 99_999 }), (whole, fraction) => {
        const objective = `${whole}.${String(fraction).padStart(5, "0")}%` as `${number}%`;
        expect(subtract("1", objectiveRatio(objective))).toBe(errorBudget(objective));
      }),
    ));
});
