import type { Slo } from "../slo.ts";
import { errorBudget } from "./decimal.ts";
import { type Duration, seconds } from "./windows.ts";

/**
 * Share of the error budget that is left: 1 is untouched, 0 is spent, below 0 the promise is broken.
 *
 * @param errorRatio  bad events by valid events over the whole window, weighted by requests, 0 to 1
 */
export const budgetLeft = (slo: Pick<Slo, "objective">, errorRatio: number): number =>
  1 - errorRatio / Number(errorBudget(slo.objective));

/** How many times faster than sustainable the budget is spent at this error ratio. */
export const burnRate = (slo: Pick<Slo, "objective">, errorRatio: number): number =>
  errorRatio / Number(errorBudget(slo.objective));

/**
 * Seconds until nothing is left if it goes on burning like this and traffic stays as it is.
 * What the window forgets meanwhile is not given back, so the truth is later rather than sooner.
 *
 * @returns 0 when it is spent already, Infinity when nothing burns
 */
export function exhaustionSeconds(slo: Pick<Slo, "window">, left: number, burn: number): number {
  if (left <= 0) return 0;
  return burn <= 0 ? Number.POSITIVE_INFINITY : (left * seconds(slo.window)) / burn;
}

/** What the policy allows: docs/error-budget-policy.md. */
export type DeployVerdict = "go" | "careful" | "stop" | "unknown";

/** The numbers of the policy; the page quotes them and a test compares. */
export const policy = {
  /** Less than this share left: only changes that are small, reviewed twice and can be undone. */
  carefulBelow: 0.25,
  /** Gone before this at the pace of the last six hours: the same. */
  carefulWithin: "3d",
  /** With less history than this nothing is known, unless the budget is spent already. */
  historyMin: "1d",
  /** No heartbeat, or no probe where it counts, for so long: what has been spent since is not known, either. */
  silentAfter: "15m",
} as const satisfies Record<"carefulWithin" | "historyMin" | "silentAfter", Duration> & {
  carefulBelow: number;
};

export type BudgetState = {
  readonly left: number;
  readonly exhaustedInSeconds: number;
  readonly historySeconds: number;
  /** Whether who counts its events was heard lately; an idle night is heard, too. */
  readonly isHeard: boolean;
};

/** The verdict on a deploy for one promise; undefined state means that Prometheus has no valid event of it. */
export function deployVerdict(state: BudgetState | undefined): DeployVerdict {
  if (state === undefined) return "unknown";
  if (state.left <= 0) return "stop";
  if (!state.isHeard || state.historySeconds < seconds(policy.historyMin)) return "unknown";
  const soon = state.exhaustedInSeconds < seconds(policy.carefulWithin);
  return state.left < policy.carefulBelow || soon ? "careful" : "go";
}

const severity: readonly DeployVerdict[] = ["go", "careful", "unknown", "stop"];

/** The verdict on the whole: the worst of all. */
export const worstVerdict = (verdicts: readonly DeployVerdict[]): DeployVerdict =>
  verdicts.reduce((worst, one) => (severity.indexOf(one) > severity.indexOf(worst) ? one : worst), "go");
