import type { Budget } from "../ask/content.ts";
import type { State } from "../frame/theme.ts";

/** The colour of a budget is its verdict (docs/error-budget-policy.md); too little history alone is no worry. */
export function budgetState({ state, verdict }: Budget): State {
  if (state === undefined) return "calm";
  if (verdict === "stop") return "bad";
  return verdict === "careful" ? "warn" : "good";
}
