import type { AlertRule, RuleGroup } from "../../alerts/rule.ts";
import type { Suite, TestCase } from "./suite.ts";

type Rule = RuleGroup["rules"][number];

/** What one change can be seen by: the rules that read the changed one, what those read, and the scenarios about them. */
export type Reach = { readonly groups: readonly RuleGroup[]; readonly tests: readonly TestCase[] };

/**
 * Cuts a suite down to what a change of one rule can reach, so that trying a mutant takes a fraction of a second.
 *
 * @param mutant  the suite's groups with one rule changed, and the position of that rule among all
 */
export function reachOf(
  suite: Suite,
  { groups: all, position: changed }: { readonly groups: readonly RuleGroup[]; readonly position: number },
): Reach {
  const groups = asRead(all, suite.tests);
  const originals = suite.groups.flatMap((group) => group.rules);
  const rules = groups.flatMap((group) => group.rules);
  const uses = rules.map((rule) => rules.map((other) => reads(rule, other)));
  const affected = closure(changed, (from) => rules.map((_, at) => (uses[at]?.[from] ? at : -1)));
  const needed = new Set(
    [...affected].flatMap((one) => [
      ...closure(one, (from) => rules.map((_, at) => (uses[from]?.[at] ? at : -1))),
    ]),
  );
  const seen = [...affected].map((at) => originals[at] as Rule);
  return {
    groups: only(groups, needed),
    tests: suite.tests.map((test) => about(test, seen)).filter((test) => test !== undefined),
  };
}

/** The rules that scenarios have expectations about, and what those read; the others, and texts that nobody reads, only take time. */
export function neededBy(all: readonly RuleGroup[], tests: readonly TestCase[]): RuleGroup[] {
  const groups = asRead(all, tests);
  const rules = groups.flatMap((group) => group.rules);
  const needed = rules.flatMap((rule, at) => {
    if (!tests.some((test) => about(test, [rule]) !== undefined)) return [];
    return [
      ...closure(at, (from) => rules.map((other, index) => (reads(rules[from] as Rule, other) ? index : -1))),
    ];
  });
  return only(groups, new Set(needed));
}

const asRead = (groups: readonly RuleGroup[], tests: readonly TestCase[]): readonly RuleGroup[] =>
  tests.some((test) => test.alert_rule_test !== undefined) ? groups : groups.map(withoutTexts);

const untold = { summary: "", impact: "", runbook: "", dashboard: "" };
const withoutTexts = (group: RuleGroup): RuleGroup => ({
  ...group,
  rules: group.rules.map((rule) => ("alert" in rule ? { ...rule, annotations: untold } : rule)),
});

function only(groups: readonly RuleGroup[], positions: ReadonlySet<number>): RuleGroup[] {
  let at = 0;
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter(() => positions.has(at++)) }))
    .filter((group) => group.rules.length > 0);
}

function reads(rule: Rule, other: Rule): boolean {
  if ("record" in other) return mentions(textOf(rule), other.record);
  return rule === other
    ? false
    : rule.expr.includes(`ALERTS{alertname="${other.alert}"`) && !("alert" in rule);
}

/** Annotations ask Prometheus, too. */
const textOf = (rule: Rule): string =>
  "alert" in rule ? [rule.expr, ...Object.values(rule.annotations)].join("\n") : rule.expr;

const mentions = (expr: string, name: string): boolean =>
  new RegExp(`(?<![\\w:])${name}(?![\\w:])`).test(expr);

function closure(start: number, next: (from: number) => number[]): Set<number> {
  const found = new Set([start]);
  for (const one of found) for (const other of next(one)) if (other >= 0) found.add(other);
  return found;
}

/** A scenario with only its expectations about these rules. */
function about(test: TestCase, rules: readonly Rule[]): TestCase | undefined {
  const alerts = rules.filter((rule): rule is AlertRule => "alert" in rule);
  const series = rules.flatMap((rule) => ("record" in rule ? [rule.record] : []));
  const tells = (expr: string) =>
    series.some((name) => mentions(expr, name)) ||
    alerts.some(
      ({ alert, labels }) =>
        expr.includes(`alertname="${alert}"`) &&
        (!expr.includes("tier=") || expr.includes(`tier="${labels.tier}"`)),
    );
  const expressions = (test.promql_expr_test ?? []).flatMap((expectation) => {
    if (tells(expectation.expr)) return [expectation];
    if (alerts.length === 0 || !expectation.expr.endsWith("(ALERTS)")) return [];
    // About all alerts by name: of those that are left out none can fire.
    const left = expectation.exp_samples?.filter(({ labels }) =>
      alerts.some(({ alert }) => labels.includes(`alertname="${alert}"`)),
    );
    return [{ ...expectation, exp_samples: left ?? [] }];
  });
  const fired = (test.alert_rule_test ?? []).filter(({ alertname }) =>
    alerts.some(({ alert }) => alert === alertname),
  );
  return expressions.length + fired.length === 0
    ? undefined
    : { ...test, promql_expr_test: expressions, alert_rule_test: fired };
}
