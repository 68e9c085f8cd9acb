import { neededWords } from "../../load/verdict/judge-run.ts";
import { agreementCells, agreementHead } from "./agreement-table.ts";
import { callCells, callHead } from "./calls.ts";
import { levelCells, levelHead, whereItBroke } from "./level-table.ts";
import type { LoadResult } from "./result.ts";
import { verdictLine, verdictWords } from "./terminal.ts";
import { percent, shownLength, shownMs } from "./words.ts";

const signs = { pass: "✅", fail: "❌", inconclusive: "❔", broken: "⚠️" } as const;

/** The run as a comment on a pull request. */
export function markdown(result: LoadResult): string {
  const { run, verdict, reasons, promises, routes, levels, agreement, calls, notes } = result;
  return `${[
    `## ${signs[verdict]} Load test: ${cell(verdictLine(verdict, reasons))}`,
    "",
    `\`${run.shape}\` against ${run.target} (${cell(run.release)}) at ${run.began_at.slice(0, 16)}Z, run \`${run.run_id}\`, seed ${run.seed}: ${run.rate} visits/s${run.peak_rate === run.rate ? "" : ` to ${run.peak_rate}`} ${shownLength(run)}, ${run.requests} requests.`,
    "",
    ...table(
      ["Promise", "Bad", "Valid", "Share of bad", "Bounds", "Allowed", "Verdict"],
      promises.map(({ title, objective, judged }) => [
        ...[title, String(judged.bad), String(judged.valid)],
        judged.valid === 0 ? "–" : percent(judged.ratio.value),
        `${percent(judged.ratio.low)} – ${percent(judged.ratio.high)}`,
        `${percent(judged.allowed)} (${objective})`,
        wordsOf(result, judged),
      ]),
    ),
    "",
    ...(levels.length > 0
      ? [...table(levelHead, levelCells(levels)), "", `${whereItBroke(levels)}.`, ""]
      : []),
    ...details(
      "Routes",
      table(
        ["Route", "Requests", "Errors", "p50 ms", "p95 ms", "p99 ms", "95 % interval of p99"],
        routes.map(({ route, count, errors, p50, p95, p99 }) => [
          `\`${route}\``,
          ...[String(count), String(errors), ...[p50, p95, p99].map((quantile) => shownMs(quantile?.value))],
          p99 ? `${shownMs(p99.low)} – ${shownMs(p99.high)}` : "–",
        ]),
      ),
    ),
    ...(agreement ? details("Client, SLI and spans", table(agreementHead, agreementCells(agreement))) : []),
    ...(calls.length > 0 ? details("Calls", table(callHead, callCells(calls))) : []),
    ...notes.map((line) => `- ${cell(line)}`),
  ].join("\n")}\n`;
}

function wordsOf({ judges }: LoadResult, judged: LoadResult["promises"][number]["judged"]): string {
  const words = verdictWords(judged.verdict, judges, judged.valid);
  return words === "inconclusive" ? `inconclusive, ${neededWords(judged)}` : words;
}

const details = (title: string, content: readonly string[]) => [
  `<details><summary>${title}</summary>`,
  "",
  ...content,
  "",
  "</details>",
  "",
];

const cell = (text: string) => text.replace(/\|/g, "\\|").replace(/\s+/g, " ");

const table = (head: readonly string[], rows: readonly (readonly string[])[]) => [
  `| ${head.map(cell).join(" | ")} |`,
  `|${head.map((_, i) => (i === 0 ? "---" : "--:")).join("|")}|`,
  ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`),
];
