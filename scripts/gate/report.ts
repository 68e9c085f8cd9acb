import type { Compared } from "./compare.ts";
import { type Conclusion, grownBy } from "./conclude.ts";
import { measures } from "./measures.ts";
import { windowSeconds } from "./pairs.ts";

/** The result as text for a terminal: widths, no colours. */
export function asText(conclusion: Conclusion): string {
  const rows = table(conclusion);
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [
    headline(conclusion),
    "",
    ...lines,
    "",
    ...callLines(conclusion),
    "",
    ...verdictLines(conclusion),
  ].join("\n");
}

/** The result as Markdown for a pull request. */
export function asMarkdown(conclusion: Conclusion): string {
  const [head = [], ...rows] = table(conclusion);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `### ${headline(conclusion)}`,
    "",
    ...verdictLines(conclusion).map((line) => `**${line}**  `),
    "",
    row(head),
    row(head.map(() => "---")),
    ...rows.map(row),
    "",
    ...callLines(conclusion).map((line) => (line.startsWith("  ") ? `- ${line.trim()}` : `${line}\n`)),
    "",
  ].join("\n");
}

const headline = ({ releases: { baseline, candidate }, pairs, calls: { requests } }: Conclusion): string =>
  `Gate: ${called(baseline)} → ${called(candidate)}, ${pairs} windows of ${windowSeconds} s, ${requests.baseline} and ${requests.candidate} requests`;

const called = ({ name, commit }: { name: string; commit: string }) =>
  commit === "" || commit === name ? name : `${name} (${commit})`;

function table({ compared }: Conclusion): string[][] {
  return [
    ["measure", "baseline", "candidate", "growth (95 % interval)", "p (Holm)", "verdict"],
    ...compared.map((each) => [
      measures[each.measure].title,
      amount(each, each.baseline),
      amount(each, each.candidate),
      each.verdict === "not measured" ? "–" : grownBy(each),
      each.verdict === "not measured" ? "–" : each.pValue.toFixed(3),
      each.verdict,
    ]),
  ];
}

function amount({ measure }: Compared, value: number): string {
  if (Number.isNaN(value)) return "–";
  return measures[measure].unit === "ms" ? `${value.toPrecision(3)} ms` : `${(value * 100).toFixed(2)} %`;
}

function callLines({ calls: { more, slower } }: Conclusion): string[] {
  return [
    more.length === 0 ? "No route makes more calls than before." : "Routes that make more calls than before:",
    ...more.map(
      ({ route, span, count }) =>
        `  ${route}: ${span}, ${count.baseline.toFixed(2)} → ${count.candidate.toFixed(2)} for a request`,
    ),
    slower.length === 0 ? "No span takes longer." : "Spans that grew most, milliseconds for a request:",
    ...slower.map(
      ({ route, span, ms }) => `  ${route}: ${span}, ${ms.baseline.toFixed(2)} → ${ms.candidate.toFixed(2)}`,
    ),
  ];
}

const verdictLines = ({ verdict, reasons }: Conclusion): string[] => [
  `Verdict: ${verdict}.`,
  ...reasons.map((reason) => `${reason}.`),
];
