import { type Duration, seconds } from "../../telemetry/derive/windows.ts";
import type { AlertRule, RecordingRule, RuleGroup } from "../rule.ts";
import { applied, editsOf, type Operator } from "./expression.ts";

type Rule = RecordingRule | AlertRule;

/** A rule file in which one thing is wrong. */
export type Mutant = {
  readonly operator: Operator;
  /** The series or the alert, with its tier when several alerts have the name. */
  readonly rule: string;
  /** What was there and what is there instead, on one line. */
  readonly change: string;
  /** The expression as it was, what was taken out of it and put in, and what stood before that; empty for changes of labels and `for`. */
  readonly expr: string;
  readonly removed: string;
  readonly inserted: string;
  readonly before: string;
  /** The expression of the rule as it was, in any case. */
  readonly whole: string;
  /** Position of the changed rule among all rules of the file. */
  readonly position: number;
  readonly groups: readonly RuleGroup[];
};

/** All mutants of a rule file, in the order of its rules. */
export function mutantsOf(groups: readonly RuleGroup[]): Mutant[] {
  const rules = groups.flatMap((group) => group.rules);
  const series = new Set(rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])));
  const windows = windowsOf(rules);
  return rules.flatMap((rule, position) =>
    changesOf(rule, windows, series).map(({ rule: changed, ...change }) => ({
      ...change,
      rule: nameOf(rule),
      whole: rule.expr,
      position,
      groups: withRule(groups, position, changed),
    })),
  );
}

function withRule(groups: readonly RuleGroup[], position: number, changed: Rule): RuleGroup[] {
  let at = 0;
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => (at++ === position ? changed : rule)),
  }));
}

export const nameOf = (rule: Rule): string =>
  "record" in rule ? rule.record : [rule.alert, rule.labels.tier].filter(Boolean).join(" ");

/** Windows that the expressions use, shortest first. */
function windowsOf(rules: readonly Rule[]): string[] {
  const found = rules.flatMap(({ expr }) => [...expr.matchAll(/\[(\d+[smhd])\]/g)].map((match) => match[1]));
  return [...new Set(found as Duration[])].sort((a, b) => seconds(a) - seconds(b));
}

type Change = Pick<Mutant, "operator" | "change" | "expr" | "removed" | "inserted" | "before"> & {
  readonly rule: Rule;
};
const notInExpression = { expr: "", removed: "", inserted: "", before: "" };

function changesOf(rule: Rule, windows: readonly string[], series: ReadonlySet<string>): Change[] {
  const { expr } = rule;
  const inExpression = editsOf(expr, windows, series).map((edit) => ({
    operator: edit.operator,
    change: `${shown(expr, edit.from, edit.to)} → ${edit.text === "" ? "nothing" : edit.text}`,
    expr,
    removed: expr.slice(edit.from, edit.to),
    inserted: edit.text,
    before: expr.slice(0, edit.from),
    rule: { ...rule, expr: applied(expr, edit) },
  }));
  const around = [...inLabels(rule), ...("alert" in rule ? inFor(rule) : [])];
  return [...inExpression, ...around.map((change) => ({ ...notInExpression, ...change }))];
}

type Around = Pick<Change, "operator" | "change" | "rule">;

function inLabels(rule: Rule): Around[] {
  return Object.entries(rule.labels).flatMap(([label, value]) => {
    const { [label]: _dropped, ...rest } = rule.labels;
    return [
      {
        operator: "label dropped",
        change: `label ${label} → nothing`,
        rule: { ...rule, labels: rest } as Rule,
      },
      {
        operator: "label changed",
        change: `label ${label}: ${value} → elsewhere`,
        rule: { ...rule, labels: { ...rule.labels, [label]: "elsewhere" } } as Rule,
      },
    ];
  });
}

/** Long enough that no prediction holds any more. */
const addedFor = "2m" satisfies Duration;

function inFor(rule: AlertRule): Around[] {
  const { for: before, ...without } = rule;
  if (before === undefined)
    return [{ operator: "for added", change: `for: ${addedFor}`, rule: { ...rule, for: addedFor } }];
  const twice: Duration = `${2 * seconds(before)}s`;
  return [
    { operator: "for changed", change: `for: ${before} → nothing`, rule: without },
    { operator: "for changed", change: `for: ${before} → ${twice}`, rule: { ...rule, for: twice } },
  ];
}

/** A part of an expression with a little around it, so that the reader finds it. */
function shown(expr: string, from: number, to: number): string {
  const around = 24;
  const text = `${expr.slice(Math.max(0, from - around), from)}«${expr.slice(from, to)}»${expr.slice(to, to + around)}`;
  return text.replace(/\s+/g, " ");
}
