import type { Judged } from "./judge-promise.ts";

export type RunVerdict = "pass" | "fail" | "inconclusive" | "broken";

export type JudgedPromise = {
  readonly id: string;
  readonly title: string;
  /** e.g. `99.9%` */
  readonly objective: string;
  readonly judged: Judged;
};

/** What a run left behind, as far as a verdict needs it. */
export type Evidence = {
  /** `answers`: every single answer must be the expected one, and promises are only shown. */
  readonly judges: "answers" | "promises";
  readonly promises: readonly JudgedPromise[];
  /** Answers that were not the expected ones, and those of them that were no failure of the server (4xx, 2xx of another kind). */
  readonly unexpected: number;
  readonly wrong: number;
  /** Visits that k6 should have begun and did not. */
  readonly dropped: number;
  /** When somebody pressed Ctrl-C, in words; undefined when nobody did. */
  readonly interrupted: string | undefined;
  /** What the stack did wrong meanwhile, one line each. */
  readonly complaints: readonly string[];
  /** Why nothing that was measured can be trusted, one line each. */
  readonly broken: readonly string[];
};

export type Conclusion = { readonly verdict: RunVerdict; readonly reasons: readonly string[] };

/**
 * One verdict for a run.
 * Whatever makes the numbers untrustworthy comes first. What only hides failures (dropped visits) cannot undo a failure that was seen.
 * Who stops a run may have stopped it for what they saw, so a run that was broken off fails or is inconclusive, but does not pass.
 */
export function judgeRun(evidence: Evidence): Conclusion {
  const { broken, dropped } = evidence;
  if (broken.length > 0) return { verdict: "broken", reasons: broken };
  const failures = failuresOf(evidence);
  if (failures.length > 0) return { verdict: "fail", reasons: failures };
  if (dropped > 0)
    return {
      verdict: "broken",
      reasons: [
        `k6 did not begin ${dropped} visits: the target stalled or this machine is too small. Lower --rate, or look at the durations.`,
      ],
    };
  const doubts = doubtsOf(evidence);
  return { verdict: doubts.length > 0 ? "inconclusive" : "pass", reasons: doubts };
}

function failuresOf({ judges, promises, unexpected, wrong, complaints }: Evidence): string[] {
  const failed = judges === "answers" ? [] : promises.filter(({ judged }) => judged.verdict === "fail");
  return [
    ...failed.map(
      ({ title, objective, judged }) => `${title} is broken: ${shareOf(judged)}, promised ${objective}`,
    ),
    ...(wrong > 0 ? [`${wrong} answers were not what was asked for`] : []),
    ...(judges === "answers" && unexpected > wrong ? [`${unexpected - wrong} requests failed`] : []),
    ...complaints,
  ];
}

function doubtsOf({ judges, promises, interrupted }: Evidence): string[] {
  const open = judges === "answers" ? [] : promises.filter(({ judged }) => judged.verdict === "inconclusive");
  return [
    ...(interrupted === undefined ? [] : [`${interrupted}, so it cannot pass`]),
    ...open.map(({ title, judged }) => `${title}: ${neededWords(judged)}`),
  ];
}

const shareOf = ({ bad, valid, ratio }: Judged) =>
  `${bad} of ${valid} bad, surely more than ${(ratio.low * 100).toPrecision(2)}%`;

/** How much longer a run would have to be. */
export function neededWords({ needed, valid }: Judged): string {
  if (!Number.isFinite(needed)) return "too near to what is promised for any number of requests to tell";
  const more = needed - valid;
  const longer = valid === 0 ? "" : `, a run ${(needed / valid).toFixed(1)} times as long`;
  return `needs ${more} more requests${longer}`;
}
