import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetLeft, exhaustionSeconds } from "../../../telemetry/derive/budget.ts";
import { burnThreshold } from "../../../telemetry/derive/burn.ts";
import { multiply } from "../../../telemetry/derive/decimal.ts";
import { detectionSeconds, resetSeconds } from "../../../telemetry/derive/detection.ts";
import { seconds, type WindowPair, windowPairs } from "../../../telemetry/derive/windows.ts";
import { Traffic } from "./traffic.ts";

const slo = { objective: "99.9%", window: "30d" } as const;
const perSecond = 1_000;
const promilles = fc.integer({ min: 1, max: 1_000 });
const pages = windowPairs.filter(({ severity }) => severity === "page");

const ratioOf = (promille: number) => multiply(String(promille), "0.001");
const burns = (traffic: Traffic, at: number, pair: WindowPair) =>
  [pair.short, pair.long].every(
    (window) => traffic.errorRatio(at, seconds(window)) > Number(burnThreshold(slo, pair)),
  );

/** First second from `from` on at which the answer is `wanted`. */
function firstSecond(traffic: Traffic, pair: WindowPair, from: number, wanted: boolean): number | undefined {
  for (let at = from; at <= traffic.length; at++) if (burns(traffic, at, pair) === wanted) return at - from;
  return undefined;
}

describe("the closed forms against traffic that is counted second by second", () => {
  it("detection comes in the predicted second, with a full past and with a short one", () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...pages),
        promilles,
        fc.integer({ min: 1, max: 30_000 }),
        (pair, promille, past) => {
          const predicted = detectionSeconds(slo, pair, ratioOf(promille), past);
          const traffic = new Traffic()
            .add(past, { valid: perSecond, bad: 0 })
            .add(seconds(pair.long), { valid: perSecond, bad: promille });
          const seen = firstSecond(traffic, pair, past, true);
          if (predicted === undefined) expect(seen).toBeUndefined();
          else {
            expect(seen).toBeGreaterThanOrEqual(Number(predicted));
            expect(seen).toBeLessThanOrEqual(Number(predicted) + 1.001);
          }
        },
      ),
      { numRuns: 40 },
    ));

  it("reset comes in the predicted second after an incident that filled the short window", () =>
    fc.assert(
      fc.property(fc.constantFrom(...pages), promilles, (pair, promille) => {
        const predicted = resetSeconds(slo, pair, ratioOf(promille));
        fc.pre(predicted !== undefined);
        const incident = seconds(pair.long);
        const traffic = new Traffic()
          .add(incident, { valid: perSecond, bad: promille })
          .add(seconds(pair.short), { valid: perSecond, bad: 0 });
        const over = firstSecond(traffic, pair, incident, false);
        expect(over).toBeGreaterThanOrEqual(Number(predicted) - 0.001);
        expect(over).toBeLessThanOrEqual(Number(predicted) + 1);
      }),
      { numRuns: 40 },
    ));

  it("the budget lasts as long as is said, at a steady pace from an untouched start", () =>
    fc.assert(
      fc.property(promilles, fc.integer({ min: 1, max: 20 }), (promille, days) => {
        const burn = promille / 1_000 / 0.001;
        const elapsed = days * 86_400;
        // Counted over a whole window of steady traffic, of which only `elapsed` was bad.
        const left = budgetLeft(slo, (promille / 1_000) * (elapsed / seconds(slo.window)));
        const rest = exhaustionSeconds(slo, left, burn);
        if (left <= 0) expect(rest).toBe(0);
        else expect((elapsed + rest) * burn).toBeCloseTo(seconds(slo.window), 0);
      }),
    ));
});
