import { policy } from "../telemetry/derive/budget.ts";
import { errorBudget } from "../telemetry/derive/decimal.ts";
import { type Duration, seconds, windowPairs } from "../telemetry/derive/windows.ts";
import { type Slo, type SloId, slos } from "../telemetry/slo.ts";

/** How a value is to be read; renderers give it a colour. */
export type Mood = "good" | "warn" | "bad";

/** Where a value turns: `below` the first step, then from each step on. Ascending; the numbers come from the tables. */
export type Limits = {
  readonly below: Mood;
  readonly steps: readonly { readonly from: number; readonly mood: Mood }[];
};

/** The promise as a line: the error budget on ratios, the promised seconds on durations, the largest value of a gauge. */
export const promised = (id: SloId): Limits => ({
  below: "good",
  steps: [{ from: promisedLimit(slos[id]), mood: "bad" }],
});

export function promisedLimit({ objective, indicator: { good } }: Slo): number {
  if (good.kind === "within") return good.seconds;
  return good.kind === "at most" ? good.value : Number(errorBudget(objective));
}

/** Share of the budget that is left, in the colours of docs/error-budget-policy.md: stop, careful, go. */
export const budgetLimits: Limits = {
  below: "bad",
  steps: [
    { from: 0, mood: "warn" },
    { from: policy.carefulBelow, mood: "good" },
  ],
};

/** Seconds until the budget is spent, in the same colours. */
export const exhaustionLimits: Limits = {
  below: "bad",
  steps: [
    { from: 1, mood: "warn" },
    { from: seconds(policy.carefulWithin), mood: "good" },
  ],
};

/** How many times too fast the budget is spent over the long window of a pair: its alert's colour from its burn on. */
export function burnLimits(window: Duration): Limits {
  const pair = windowPairs.find(({ long }) => long === window);
  if (pair === undefined) throw new RangeError(`no alert looks at ${window}`);
  return {
    below: "good",
    steps: [{ from: Number(pair.burn), mood: pair.severity === "page" ? "bad" : "warn" }],
  };
}

/** Anything above zero is somebody's work; `bad` from `from` on. */
export const noneIsGood = (mood: Mood = "bad", from = 1): Limits => ({
  below: "good",
  steps: [{ from, mood }],
});
/** A number that an alert looks at. */
export const alertedAbove = (from: number, mood: Mood = "warn"): Limits => ({
  below: "good",
  steps: [{ from, mood }],
});
