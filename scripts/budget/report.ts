import { worstVerdict } from "../../telemetry/derive/budget.ts";
import { type Budget, burnWindows } from "./read.ts";

const head = [
  "promise",
  "environment",
  "objective",
  "valid events",
  "budget left",
  "lasts",
  ...burnWindows.map((window) => `burn ${window}`),
  "history",
  "deploy",
];

/** The budgets as an aligned table for a terminal. */
export function asTable(budgets: readonly Budget[]): string {
  const rows = [head, ...budgets.map(cells)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const isText = (i: number) => i < 2 || i === head.length - 1;
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, "", conclusion(budgets)].join("\n");
}

/** The same for a pull request. */
export function asMarkdown(budgets: readonly Budget[]): string {
  const row = (values: readonly string[]) => `| ${values.join(" | ")} |`;
  const line = row(head.map((_, i) => (i < 2 || i === head.length - 1 ? "---" : "---:")));
  return [row(head), line, ...budgets.map((budget) => row(cells(budget))), "", conclusion(budgets)].join(
    "\n",
  );
}

/** The same for a program; seconds, ratios from 0 to 1, `null` for what is not known or never ends. */
export function asJson(budgets: readonly Budget[]): string {
  return JSON.stringify(
    { verdict: worstVerdict(budgets.map(({ verdict }) => verdict)), budgets },
    (_key, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? null : value),
    2,
  );
}

const conclusions = {
  go: "GO: deploy as usual.",
  careful: "CAREFUL: only small changes that can be undone.",
  unknown:
    "UNKNOWN: too little history, no valid request at all, or nothing is heard now. Nothing is promised on it.",
  stop: "STOP: a budget is spent. Only what mends it goes out.",
} as const;

const conclusion = (budgets: readonly Budget[]) =>
  `${conclusions[worstVerdict(budgets.map(({ verdict }) => verdict))]} Policy: docs/error-budget-policy.md`;

function cells({ title, environment, objective, validEvents, state, burn, verdict }: Budget): string[] {
  return [
    title,
    environment,
    objective,
    String(validEvents),
    state ? `${(state.left * 100).toFixed(1)}%` : "no data",
    state ? lasts(state.exhaustedInSeconds) : "–",
    ...burnWindows.map((window) => (burn[window] === null ? "–" : `${burn[window].toFixed(2)}×`)),
    state ? `${duration(state.historySeconds)}${state.isHeard ? "" : ", silent"}` : "–",
    verdict,
  ];
}

const lasts = (seconds: number) =>
  seconds === 0 ? "spent" : Number.isFinite(seconds) ? duration(seconds) : "not burning";

/** In the largest unit of which there are at least two, rounded down: `"47h"`, `"12d"`. */
export function duration(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
  ] as const;
  const [unit, size] = units.find(([, length]) => seconds >= 2 * length) ?? (["s", 1] as const);
  return `${Math.floor(seconds / size)} ${unit}`;
}
