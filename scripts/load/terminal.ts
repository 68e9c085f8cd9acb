import { shownAgreement } from "./agreement-table.ts";
import { callCells, callHead } from "./calls.ts";
import { levelCells, levelHead, whereItBroke } from "./level-table.ts";
import type { LoadResult } from "./result.ts";
import { table } from "./table.ts";
import { percent, shownLength, shownMs } from "./words.ts";

/** The result as text: routes, levels, promises, agreement, and the verdict last. */
export function terminalReport(result: LoadResult): string {
  const { run, routes, promises, levels, witness, k6, agreement, calls, grown, notes, reasons, verdict } =
    result;
  return [
    `${run.shape} against ${run.target} (${run.release}), run ${run.run_id}, seed ${run.seed}: ${run.rate} visits/s${run.peak_rate === run.rate ? "" : ` to ${run.peak_rate}`} ${shownLength(run)}, ${run.requests} requests`,
    "",
    ...table(
      ["route", "count", "errors", "p50 ms", "p95 ms", "p99 ms", "95% interval of p99"],
      routes.map(({ route, count, errors, p50, p95, p99 }) => [
        ...[route, String(count), String(errors)],
        ...[p50, p95, p99].map((quantile) => shownMs(quantile?.value)),
        p99 ? `${shownMs(p99.low)} to ${shownMs(p99.high)}` : "–",
      ]),
    ),
    "",
    ...table(
      ["promise", "bad", "valid", "share", "bounds", "allowed", ""],
      promises.map(promiseCells(result)),
    ),
    "",
    ...(levels.length === 0 ? [] : [...table(levelHead, levelCells(levels)), whereItBroke(levels), ""]),
    ...(agreement ? [...shownAgreement(agreement), ""] : []),
    ...(calls.length === 0 ? [] : [...table(callHead, callCells(calls)), ""]),
    ...(grown.length === 0 ? [] : [...table(grownHead, grownCells(result)), ""]),
    ...(witness ? [`witness: ${witness.booking_id}, trace ${witness.trace_id}`] : []),
    ...notes.map((line) => `note: ${line}`),
    ...k6.failedChecks.map((line) => `check failed: ${line}`),
    ...k6.crossed.map((line) => `threshold crossed: ${line}`),
    verdictLine(verdict, reasons),
  ].join("\n");
}

export const verdictLine = (verdict: string, reasons: readonly string[]): string =>
  [verdict.toUpperCase(), reasons.join("; ")].filter((part) => part !== "").join(": ");

const promiseCells =
  ({ judges }: LoadResult) =>
  ({ title, objective, judged }: LoadResult["promises"][number]): string[] => [
    title,
    String(judged.bad),
    String(judged.valid),
    judged.valid === 0 ? "–" : percent(judged.ratio.value),
    `${percent(judged.ratio.low)} to ${percent(judged.ratio.high)}`,
    `${percent(judged.allowed)} (${objective})`,
    verdictWords(judged.verdict, judges, judged.valid),
  ];

/** What is said of one promise. A run that judges answers only shows them. */
export function verdictWords(verdict: string, judges: LoadResult["judges"], valid: number): string {
  if (valid === 0) return "no data";
  if (judges === "promises") return verdict;
  return verdict === "inconclusive" ? "shown, too few to judge" : `would ${verdict}, not judged here`;
}

export const grownHead = ["stack", "before", "after", ""] as const;

/** Of a soak run: how the stack stood around it. */
export const grownCells = ({ grown }: LoadResult): string[][] =>
  grown.map(({ what, before, after, unit, complaint }) => {
    const shown = (value: number) =>
      Number.isNaN(value) ? "–" : unit === "bytes" ? `${(value / 2 ** 20).toFixed(1)} MiB` : String(value);
    return [what, shown(before), shown(after), complaint === "" ? "well" : "too much"];
  });
