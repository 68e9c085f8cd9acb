import { createHash } from "node:crypto";
import { operators } from "../../alerts/mutation/expression.ts";
import type { RuleGroup } from "../../alerts/rule.ts";
import type { Tried } from "./run.ts";

type Row = { readonly [K in Tried["fate"] | "made"]: number };
type Rows = Readonly<Record<string, Row>>;
/** What became of all mutants of one rule file. */
export type SuiteReport = {
  /** Fingerprint of the rules that were broken. */
  readonly rules: string;
  readonly operators: Rows;
  readonly survivors: readonly Pick<Tried, "rule" | "operator" | "change">[];
};
/** By rule file. */
export type Report = Readonly<Record<string, SuiteReport>>;

/** SHA-256 of all that can be broken in a rule file: what alerts say to people is not. */
export function fingerprint(groups: readonly RuleGroup[]): string {
  const rules = groups.flatMap((group) =>
    group.rules.map((rule) => ({
      ...rule,
      annotations: undefined,
      group: group.name,
      every: group.interval,
    })),
  );
  return createHash("sha256").update(JSON.stringify(rules)).digest("hex");
}

export function suiteReport(groups: readonly RuleGroup[], all: readonly Tried[]): SuiteReport {
  const rows = operators.flatMap((operator) => {
    const same = all.filter((one) => one.operator === operator);
    return same.length === 0 ? [] : [[operator, rowOf(same)] as const];
  });
  return {
    rules: fingerprint(groups),
    operators: Object.fromEntries(rows),
    survivors: all
      .filter(({ fate }) => fate === "survived")
      .map(({ rule, operator, change }) => ({ rule, operator, change }))
      .sort((a, b) => `${a.rule}${a.change}`.localeCompare(`${b.rule}${b.change}`)),
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

const sum = (rows: readonly Row[]): Row =>
  rows.reduce((all, row) => ({
    made: all.made + row.made,
    killed: all.killed + row.killed,
    survived: all.survived + row.survived,
    equivalent: all.equivalent + row.equivalent,
    invalid: all.invalid + row.invalid,
  }));

/** Rows of several rule files by operator. */
export function byOperator(report: Report): Rows {
  const all = Object.values(report);
  const rows = operators.flatMap((operator) => {
    const same = all.flatMap((one) => one.operators[operator] ?? []);
    return same.length === 0 ? [] : [[operator, sum(same)] as const];
  });
  return Object.fromEntries(rows);
}

/** Killed of those that count: neither equivalent nor refused by Prometheus. */
export function score(report: Report): number {
  const { killed, survived } = sum(Object.values(byOperator(report)));
  return killed / (killed + survived);
}

/** The report as a page. */
export function asMarkdown(report: Report): string {
  const line = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;
  const code = (text: string) => `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
  const table = (head: string, rows: Rows) => [
    line([head, "made", "killed", "survived", "equivalent", "invalid"]),
    line(["---", "---:", "---:", "---:", "---:", "---:"]),
    ...Object.entries(rows).map(([name, row]) =>
      line([name, row.made, row.killed, row.survived, row.equivalent, row.invalid]),
    ),
    "",
  ];
  const files = Object.entries(report).map(
    ([name, one]) => [name, sum(Object.values(one.operators))] as const,
  );
  const survivors = Object.entries(report).flatMap(([name, one]) =>
    one.survivors.map(({ rule, operator, change }) => line([name, rule, operator, code(change)])),
  );
  return `${[
    "<!-- Written by `npm run mutate`. Do not edit. -->",
    "",
    "# Are the tests of rules and alerts any good?",
    "",
    "`npm run mutate` breaks rules and alerts in every way that the operators below know, one at a time, and runs their promtool scenarios.",
    "A scenario that fails kills the mutant; a mutant that survives is a mistake that nobody would see.",
    "Promises of one kind have the same rules, so the first of each kind stands for it.",
    `Tried so far: every mutant of ${Object.keys(report).join(", ")}.`,
    "",
    `**${(100 * score(report)).toFixed(1)} % killed** of those that count.`,
    "Not counted: mutants proven equivalent (the proofs are in [`alerts/mutation/equivalent.ts`](../alerts/mutation/equivalent.ts)), and what Prometheus refuses to load.",
    "",
    ...table("operator", byOperator(report)),
    ...table("file", Object.fromEntries(files)),
    "## Survivors",
    "",
    ...(survivors.length === 0
      ? ["None."]
      : [line(["file", "rule", "operator", "change"]), line(["---", "---", "---", "---"]), ...survivors]),
  ].join("\n")}\n`;
}
