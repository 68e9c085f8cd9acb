import { operators } from "../../alerts/mutation/expression.ts";
import type { Tried } from "./run.ts";

export type Row = { readonly [K in Tried["fate"] | "made"]: number };
export type Report = {
  /** Share of all mutants that was tried. */
  readonly share: number;
  /** SHA-256 of each rule file that was broken. */
  readonly rules: Readonly<Record<string, string>>;
  readonly operators: Readonly<Record<string, Row>>;
  /** Killed of those that count: neither equivalent nor refused by Prometheus. */
  readonly score: number;
  readonly survivors: readonly {
    readonly suite: string;
    readonly rule: string;
    readonly operator: string;
    readonly change: string;
  }[];
};

export function reportOf(all: readonly Tried[], share: number, rules: Report["rules"]): Report {
  const rows = operators.flatMap((operator) => {
    const same = all.filter((one) => one.operator === operator);
    return same.length === 0 ? [] : [[operator, rowOf(same)] as const];
  });
  const { killed, survived } = rowOf(all);
  return {
    share,
    rules,
    operators: Object.fromEntries(rows),
    score: killed / (killed + survived),
    survivors: all
      .filter(({ fate }) => fate === "survived")
      .map(({ suite, rule, operator, change }) => ({ suite, rule, operator, change }))
      .sort((a, b) => `${a.suite}${a.rule}${a.change}`.localeCompare(`${b.suite}${b.rule}${b.change}`)),
  };
}

function rowOf(same: readonly Tried[]): Row {
  const count = (fate: Tried["fate"]) => same.filter((one) => one.fate === fate).length;
  return {
    made: same.length,
    killed: count("killed"),
    survived: count("survived"),
    equivalent: count("equivalent"),
    invalid: count("invalid"),
  };
}

/** The report as a page. */
export function asMarkdown({ share, operators: rows, score, survivors, rules }: Report): string {
  const line = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;
  const code = (text: string) => `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
  return `${[
    "<!-- Written by `npm run mutate`. Do not edit. -->",
    "",
    "# Are the tests of rules and alerts any good?",
    "",
    "`npm run mutate` breaks rules and alerts in every way that the operators below know, one at a time, and runs their promtool scenarios.",
    "A scenario that fails kills the mutant; a mutant that survives is a mistake that nobody would see.",
    `Tried: ${share === 1 ? "all mutants" : `${Math.round(100 * share)} % of the mutants of each operator`} of ${Object.keys(rules).join(", ")}.`,
    "Promises of one kind have the same rules, so the first of each kind stands for it.",
    "",
    `**${(100 * score).toFixed(1)} % killed** of those that count.`,
    "Not counted: mutants proven equivalent (the proofs are in [`alerts/mutation/equivalent.ts`](../alerts/mutation/equivalent.ts)), and what Prometheus refuses to load.",
    "",
    line(["operator", "made", "killed", "survived", "equivalent", "invalid"]),
    line(["---", "---:", "---:", "---:", "---:", "---:"]),
    ...Object.entries(rows).map(([name, row]) =>
      line([name, row.made, row.killed, row.survived, row.equivalent, row.invalid]),
    ),
    "",
    "## Survivors",
    "",
    ...(survivors.length === 0
      ? ["None."]
      : [
          line(["file", "rule", "operator", "change"]),
          line(["---", "---", "---", "---"]),
          ...survivors.map(({ suite, rule, operator, change }) =>
            line([suite, rule, operator, code(change)]),
          ),
        ]),
  ].join("\n")}\n`;
}
