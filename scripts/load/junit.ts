import { neededWords } from "../../load/verdict/judge-run.ts";
import { escaped } from "./escaped.ts";
import type { LoadResult } from "./result.ts";
import { percent, shownLength } from "./words.ts";

type Case = { readonly name: string; readonly outcome: string };

/**
 * The run as a test suite: a case for each promise and one for the run itself.
 * Inconclusive is `skipped`, so that a report shows it as neither; broken is `error`.
 *
 * @source https://github.com/testmoapp/junitxml
 */
export function junit(result: LoadResult): string {
  const { run, verdict, reasons, promises } = result;
  const { interrupted_after_seconds: interrupted } = run;
  // Who broke off an inconclusive run is its first reason.
  const why =
    verdict === "inconclusive" || interrupted === undefined ? reasons : [...reasons, shownLength(run)];
  const cases: Case[] = [
    ...promises.map(({ title, objective, judged }) => ({
      name: `${title} ${objective}`,
      outcome: promiseOutcome(result, judged),
    })),
    { name: `${run.shape} run`, outcome: outcomeOf(verdict, why.join("; ")) },
  ];
  const count = (tag: string) => cases.filter(({ outcome }) => outcome.startsWith(`<${tag}`)).length;
  const seconds = ` time="${run.took_seconds}"`;
  const counts = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="load" ${counts}${seconds}>
  <testsuite name="load ${escaped(run.shape)}" ${counts}${seconds} timestamp="${escaped(run.began_at)}" hostname="${escaped(new URL(run.target).host)}">
${cases.map(({ name, outcome }) => `    <testcase classname="load.${escaped(run.shape)}" name="${escaped(name)}">${outcome}</testcase>`).join("\n")}
  </testsuite>
</testsuites>
`;
}

function promiseOutcome(
  { judges, verdict }: LoadResult,
  judged: LoadResult["promises"][number]["judged"],
): string {
  const bounds = `${judged.bad} of ${judged.valid} bad, share between ${percent(judged.ratio.low)} and ${percent(judged.ratio.high)}, allowed ${percent(judged.allowed)}`;
  if (verdict === "broken") return outcomeOf("broken", "the run is broken");
  if (judges === "answers") return outcomeOf("inconclusive", `shown, not judged: ${bounds}`);
  if (judged.verdict === "inconclusive")
    return outcomeOf("inconclusive", `${bounds}; ${neededWords(judged)}`);
  return outcomeOf(judged.verdict, bounds);
}

function outcomeOf(verdict: LoadResult["verdict"], message: string): string {
  const tag = { pass: "", fail: "failure", inconclusive: "skipped", broken: "error" }[verdict];
  return tag === "" ? "" : `<${tag} message="${escaped(message)}"/>`;
}
