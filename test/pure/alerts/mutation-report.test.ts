import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { operators } from "../../../alerts/mutation/expression.ts";
import { isFirstOfItsKind } from "../../../alerts/rule-tests.ts";
import { asMarkdown, byOperator, fingerprint, type Report, score } from "../../../scripts/mutate/report.ts";
import { readSuites } from "../../../scripts/mutate/suite.ts";
import { slos } from "../../../telemetry/slo.ts";

const docs = resolve(import.meta.dirname, "../../../docs");
const report = JSON.parse(await readFile(resolve(docs, "rule-mutations.json"), "utf8")) as Report;
const suites = await readSuites();

describe("the recorded report of broken rules", () => {
  it("is of the rules as they are now; `npm run mutate -- <file>` tries those anew that are not", () => {
    const now = suites.flatMap(({ name, groups }) =>
      name in slos && !isFirstOfItsKind(name, slos) ? [] : [[name, fingerprint(groups)]],
    );
    const recorded = Object.entries(report).map(([name, { rules }]) => [name, rules]);
    expect(Object.fromEntries(recorded)).toEqual(Object.fromEntries(now));
  });
  it("knows every operator, and says that at least 95 % were killed", () => {
    expect(Object.keys(byOperator(report))).toEqual([...operators]);
    expect(score(report)).toBeGreaterThanOrEqual(0.95);
  });
  it("is what the page says", async () =>
    expect(await readFile(resolve(docs, "rule-mutations.md"), "utf8")).toBe(asMarkdown(report)));
});

it("a fingerprint is of what can be broken, not of what alerts say to people", () => {
  const [{ groups } = { groups: [] }] = suites;
  const edited = (change: object) =>
    fingerprint(
      groups.map((group) => ({ ...group, rules: group.rules.map((rule) => ({ ...rule, ...change })) })),
    );
  expect(edited({ annotations: { summary: "other" } })).toBe(fingerprint(groups));
  expect(edited({ expr: "1" })).not.toBe(fingerprint(groups));
});
