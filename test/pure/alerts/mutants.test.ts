import { describe, expect, it } from "vitest";
import { equivalence } from "../../../alerts/mutation/equivalent.ts";
import { applied, editsOf, type Operator, operators } from "../../../alerts/mutation/expression.ts";
import { mutantsOf } from "../../../alerts/mutation/mutants.ts";
import type { RuleGroup } from "../../../alerts/rule.ts";
import { score, suiteReport } from "../../../scripts/mutate/report.ts";
import { sample } from "../../../scripts/mutate/run.ts";

const annotations = { summary: "", impact: "", runbook: "", dashboard: "" };
const windows = ["5m", "30m", "1h"];

const made = (expr: string, operator: Operator) =>
  editsOf(expr, windows, new Set(["s:ratio:5m", "s:ratio:1h"]))
    .filter((edit) => edit.operator === operator)
    .map((edit) => applied(expr, edit));

describe("a change of an expression", () => {
  it.each<[Operator, string, string[]]>([
    ["threshold up", "a > 0.0144", ["a > 0.01512"]],
    ["threshold up", "a >= 5", ["a >= 6"]],
    ["threshold down", "a > 300", ["a > 285"]],
    ["comparison turned", "a >= 5", ["a < 5"]],
    ["edge moved", "a > 5 and b <= 1", ["a >= 5 and b <= 1", "a > 5 and b < 1"]],
    ["comparison dropped", "a / (b > 0)", ["a / (b)"]],
    ["window swapped", "rate(a[30m])", ["rate(a[5m])", "rate(a[1h])"]],
    ["window swapped", "s:ratio:5m > 1", ["s:ratio:1h > 1"]],
    ["and/or", "a and b", ["a or b"]],
    ["and/or", "a unless b", ["a and b"]],
    ["guard dropped", "a > 1 and b > 2", ["a > 1", "b > 2"]],
    ["guard dropped", "a unless b", ["a"]],
    ["zero-fill or memory dropped", "a or 0 * b", ["a"]],
    ["factor up", "0 * b", ["1 * b"]],
    ["factor down", "b * 60", ["b * 40"]],
    ["label dropped", 'a{x="1",y="2"}', ['a{y="2"}', 'a{x="1"}']],
    ["label dropped", "sum by (x, y) (a)", ["sum by (y) (a)", "sum by (x) (a)"]],
    ["label dropped", "a and on (x) b", ["a and on () b"]],
    ["label changed", 'a{x=~"1"}', ['a{x!~"1"}', 'a{x=~"elsewhere"}']],
  ])("%s: %s", (operator, expr, expected) => expect(made(expr, operator)).toEqual(expected));

  it("leaves what is no PromQL alone, aloud", () =>
    expect(() => editsOf("sum by (", windows)).toThrow(SyntaxError));
});

const groups: RuleGroup[] = [
  {
    name: "g",
    interval: "1m",
    rules: [
      { record: "s:ratio:5m", expr: "sum(rate(bad[5m])) or 0 * sum(rate(all[5m]))", labels: { slo: "a" } },
      {
        alert: "Burn",
        expr: 's:ratio:5m{slo="a"} > 0.1 and s:ratio:5m{slo="a"} < 2',
        labels: { severity: "page", owner: "us", tier: "fast" },
        annotations,
      },
      {
        alert: "Late",
        expr: "rate(late[30m]) * 60 > 1",
        for: "5m",
        labels: { severity: "ticket", owner: "us" },
        annotations,
      },
    ],
  },
];
const mutants = mutantsOf(groups);

describe("mutants of a rule file", () => {
  it("know every operator", () =>
    expect(new Set(mutants.map(({ operator }) => operator))).toEqual(new Set(operators)));

  it("differ from the original in one rule, and from each other", () => {
    const before = groups.flatMap(({ rules }) => rules);
    for (const { groups: after, position } of mutants)
      after
        .flatMap(({ rules }) => rules)
        .forEach((rule, at) => {
          if (at === position) expect(rule).not.toEqual(before[at]);
          else expect(rule).toBe(before[at]);
        });
    expect(new Set(mutants.map(({ groups: after }) => JSON.stringify(after))).size).toBe(mutants.length);
  });

  it("say where they are broken", () => {
    const told = mutants.map(({ rule, change }) => `${rule}: ${change}`);
    expect(told).toContain('Burn fast: s:ratio:5m{slo="a"} > «0.1» and s:ratio:5m{slo="a"} → 0.105');
    expect(told).toContain("Burn fast: label tier → nothing");
    expect(told).toContain("Late: for: 5m → 600s");
  });

  it("are left out of the count only with a proof", () => {
    const equivalent = mutants.filter((mutant) => equivalence(mutant));
    expect(equivalent.map(({ operator, removed }) => [operator, removed])).toEqual([
      ["label dropped", 'slo="a"'],
      ["label dropped", 'slo="a"'],
    ]);
  });

  it.each<[string, string[]]>([
    [
      'a{slo="x"} > 1 and on (e) (b{slo="x"} > 1 or c{slo="x"} unless on (e) d{slo="x"}) and f{slo="x"} > 2',
      ["a", "f"],
    ],
    ['max by (e) (a{job="j"} / b{job="j"}) > 1', ["a", "b"]],
    ['max by (e) (a{job="j"} / b{job="k"}) > 1', []],
    ['a{job="j"} > 0 unless b{job="j"} offset 10m', ["b"]],
    ['a{slo="x"} / ignoring (slo) sum by (e) (b{c="d"}) > 0.5', []],
  ])("%s: need no condition but for %s", (expr, expected) => {
    const one = [{ alert: "A", expr, labels: { severity: "page", owner: "us" }, annotations }] as const;
    const free = mutantsOf([{ name: "g", interval: "1m", rules: one }]).filter((mutant) =>
      equivalence(mutant),
    );
    expect(free.map(({ before }) => /(\w)\{$/.exec(before)?.[1])).toEqual(expected);
  });

  it("are sampled from each operator, the same ones for the same seed", () => {
    const some = sample(mutants, 0.25, 0);
    expect(new Set(some.map(({ operator }) => operator))).toEqual(new Set(operators));
    expect(some.length).toBeLessThan(mutants.length / 1.5);
    expect(sample(mutants, 0.25, 0)).toEqual(some);
    expect(sample(mutants, 0.25, 1)).not.toEqual(some);
    expect(sample(mutants, 1, 3)).toEqual(mutants);
  });
});

describe("the report", () => {
  it("counts those that can be killed, and lists who lives", () => {
    const [first, second, third, fourth] = mutants.map((mutant) => ({ ...mutant, suite: "x" }));
    const all = [
      { ...first, fate: "killed" },
      { ...second, fate: "killed" },
      { ...third, fate: "survived" },
      { ...fourth, fate: "equivalent" },
    ] as Parameters<typeof suiteReport>[1];
    const own = suiteReport(groups, all);
    expect(score({ own })).toBeCloseTo(2 / 3);
    expect(score({ own, same: own })).toBeCloseTo(2 / 3);
    expect(own.survivors).toEqual([{ rule: third?.rule, operator: third?.operator, change: third?.change }]);
  });
});
