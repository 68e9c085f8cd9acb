import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { operators } from "../../../alerts/mutation/expression.ts";
import { asMarkdown, byOperator, fingerprint, type Report, score } from "../../../scripts/mutate/report.ts";
import { readSuites } from "../../../scripts/mutate/suite.ts";

const docs = resolve(import.meta.dirname, "../../../docs");
const report = JSON.parse(await readFile(resolve(docs, "rule-mutations.json"), "utf8")) as Report;
const suites = await readSuites();

describe("the recorded report of broken rules", () => {
  it.each(Object.entries(report))(
    "is of %s as it is now, and says that at least 95 %% were killed; `npm run mutate -- <file>` tries it anew",
    (name, one) => {
      const groups = suites.find((suite) => suite.name === name)?.groups ?? [];
      expect(one.rules).toBe(fingerprint(groups));
      expect(score({ [name]: one })).toBeGreaterThanOrEqual(0.95);
    },
  );
  it("knows every operator", () => expect(Object.keys(byOperator(report))).toEqual([...operators]));
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
