import { type Plan, peakOf, secondsOf as planSeconds, type ShapeName, shapes } from "../../load/shapes.ts";
import type { ClientPromise } from "../../load/thresholds.ts";
import { errorsFor, judgePromise } from "../../load/verdict/judge-promise.ts";
import { type JudgedPromise, judgeRun, type RunVerdict } from "../../load/verdict/judge-run.ts";
import type { Agreement } from "./agreement.ts";
import { type CallRow, overBudget } from "./calls.ts";
import type { Grown } from "./endurance.ts";
import {
  type Distribution,
  distribution,
  type OverTime,
  overTime,
  promiseSeconds,
  type RouteFigures,
  routeFigures,
} from "./figures.ts";
import { type Level, levelsOf } from "./levels.ts";
import type { LoadOptions } from "./options.ts";
import type { Point, Recording } from "./recording.ts";
import type { K6Metric, K6Verdict, Outcome, Summary } from "./run-k6.ts";
import { shownLength } from "./words.ts";

/** All that a run found out: what `--json` writes and every report is made of. Times in milliseconds unless named otherwise. */
export type LoadResult = {
  readonly run: Summary["run"] & {
    readonly began_at: string;
    /** From the first request to the last answer, or to Ctrl-C. */
    readonly took_seconds: number;
    /** The same when it was Ctrl-C; `duration_seconds` is then what was planned. */
    readonly interrupted_after_seconds?: number;
    /** What was deployed at the target when the run began. */
    readonly release: string;
    readonly peak_rate: number;
    readonly requests: number;
  };
  readonly verdict: RunVerdict;
  readonly reasons: readonly string[];
  readonly judges: "answers" | "promises";
  readonly promises: readonly JudgedPromise[];
  readonly routes: readonly RouteFigures[];
  /** Of a breakpoint run, and of other shapes that stay at several rates. */
  readonly levels: readonly Level[];
  readonly overTime: OverTime;
  readonly distribution: Distribution;
  readonly k6: {
    readonly verdict: K6Verdict;
    readonly crossed: readonly string[];
    readonly failedChecks: readonly string[];
    readonly dropped: number;
  };
  readonly witness?: Summary["witness"];
  readonly agreement: Agreement | undefined;
  /** What requests asked of others, against load/budgets.ts; none where Tempo was not asked. */
  readonly calls: readonly CallRow[];
  /** Of a soak run: how the stack stood before and after. */
  readonly grown: readonly Grown[];
  /** What the preflight found less than ideal. */
  readonly notes: readonly string[];
};

type Made = {
  readonly options: Pick<LoadOptions, "shape" | "plan" | "burstSeconds">;
  readonly outcome: Outcome;
  readonly recording: Recording;
  readonly promises: readonly ClientPromise[];
  readonly release: string;
  readonly agreement?: Agreement | undefined;
  readonly calls?: readonly CallRow[];
  readonly grown?: readonly Grown[];
  readonly notes?: readonly string[];
  /** Why the run cannot be held against the stores, one line each. */
  readonly away?: readonly string[];
};

/** Judges what was recorded. */
export function resultOf({
  options,
  outcome,
  recording,
  promises,
  release,
  agreement,
  calls = [],
  grown = [],
  notes = [],
  away = [],
}: Made): LoadResult {
  const { summary, k6 } = outcome;
  const { judges } = shapes[options.shape];
  const points = recording.judged();
  const seconds = lengthOf(options.plan, k6, points.at(-1)?.startMs, points[0]?.startMs);
  const took = timesOf(outcome, recording);
  const judged = judgedPromises(promises, points, seconds, options.burstSeconds);
  const checks = summary.checks.checks.reduce((sum, { fails }) => sum + fails, 0);
  const conclusion = judgeRun({
    judges,
    promises: judged,
    unexpected: checks,
    wrong: countOf(summary, "wrong_answers"),
    dropped: countOf(summary, "dropped_iterations"),
    interrupted: k6 === "interrupted" ? shownLength({ ...summary.run, ...took }) : undefined,
    complaints: [...overBudget(calls), ...grown.flatMap(({ complaint }) => complaint || [])],
    broken: [...brokenWords(options.shape, outcome, recording, judged, agreement), ...away],
  });
  return {
    run: {
      ...{
        ...summary.run,
        began_at: new Date(points[0]?.startMs ?? outcome.startedMs).toISOString(),
        ...took,
      },
      ...{ release, peak_rate: peakOf(options.plan), requests: recording.size },
    },
    ...conclusion,
    judges,
    promises: judged,
    routes: routeFigures(recording, points, seconds),
    levels: levelsOf(options.plan, points, promises, options.burstSeconds).filter(
      ({ requests }) => requests > 0 || k6 !== "interrupted",
    ),
    overTime: overTime(points, seconds),
    distribution: distribution(points),
    k6: saidByK6(outcome),
    ...(summary.witness ? { witness: summary.witness } : {}),
    agreement,
    calls,
    grown,
    notes,
  };
}

const saidByK6 = ({ k6, summary }: Outcome): LoadResult["k6"] => ({
  verdict: k6,
  // A run that was broken off did not do all that was planned, and says so once.
  crossed: crossedThresholds(summary.metrics).filter((line) => k6 !== "interrupted" || !isGuard(line)),
  failedChecks: failedChecks(summary),
  dropped: countOf(summary, "dropped_iterations"),
});

function judgedPromises(
  promises: readonly ClientPromise[],
  points: readonly Point[],
  seconds: number,
  burstSeconds: number,
): JudgedPromise[] {
  const errors = errorsFor(promises.length);
  return promises.map((promise) => ({
    id: promise.id,
    title: promise.title,
    objective: promise.objective,
    judged: judgePromise(
      promiseSeconds(points, seconds, promise),
      Number(promise.allowed),
      errors,
      burstSeconds,
    ),
  }));
}

/** Quiet seconds at the end belong to a whole run, not to one that was broken off. */
const lengthOf = (plan: Plan, k6: K6Verdict, last = 0, first = 0) =>
  k6 === "interrupted" ? Math.floor((last - first) / 1000) + 1 : planSeconds(plan);

function timesOf(
  { k6, startedMs, stoppedMs }: Outcome,
  recording: Recording,
): Pick<LoadResult["run"], "took_seconds" | "interrupted_after_seconds"> {
  let [first, last] = [Number.POSITIVE_INFINITY, startedMs];
  for (const { startMs, durationMs } of recording.points()) {
    first = Math.min(first, startMs);
    last = Math.max(last, startMs + durationMs);
  }
  const end = k6 === "interrupted" ? (stoppedMs ?? last) : last;
  const seconds = Math.round(Math.max(0, end - Math.min(first, end))) / 1000;
  return {
    took_seconds: seconds,
    ...(k6 === "interrupted" ? { interrupted_after_seconds: seconds } : {}),
  };
}

/** Requests that k6 began and told nothing of, because it broke them off. */
export const cutOffIn = (summary: Pick<Summary, "metrics">): number =>
  Math.max(0, countOf(summary, "requests_begun") - countOf(summary, "http_reqs"));

const countOf = ({ metrics }: Pick<Summary, "metrics">, name: string) => metrics[name]?.values.count ?? 0;

function brokenWords(
  shape: ShapeName,
  { summary, k6 }: Outcome,
  recording: Recording,
  promises: readonly JudgedPromise[],
  agreement: Agreement | undefined,
): string[] {
  const counted = countOf(summary, "http_reqs");
  // Who breaks off asks for less than was planned, and that is no fault of the run.
  const unasked = k6 === "interrupted" ? [] : promises.filter(({ judged }) => judged.valid === 0);
  const tooFew = k6 === "interrupted" ? [] : crossedThresholds(summary.metrics).filter(isGuard);
  return [
    ...(recording.size === counted
      ? []
      : [`k6 made ${counted} requests and told of ${recording.size}: its points are not whole`]),
    ...unasked.map(({ title }) => `nothing that ${title} judges was asked in this ${shape} run`),
    // A visit that failed or never began makes fewer requests; then the failure is what is told.
    ...(countOf(summary, "dropped_iterations") === 0 &&
    summary.checks.checks.every(({ fails }) => fails === 0)
      ? tooFew.map((line) => `the run did not do what was planned: ${line} does not hold`)
      : []),
    ...(agreement?.disagreements ?? []),
  ];
}

const isGuard = (line: string) => /^http_reqs/.test(line);

export function crossedThresholds(metrics: Readonly<Record<string, K6Metric>>): string[] {
  return Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds)
      .filter(([, { ok }]) => !ok)
      .map(([condition]) => `${name} ${condition}`),
  );
}

const failedChecks = ({ checks }: Summary) =>
  checks.checks
    .filter(({ fails }) => fails > 0)
    .map(({ name, passes, fails }) => `${name} (${fails} of ${passes + fails})`);
