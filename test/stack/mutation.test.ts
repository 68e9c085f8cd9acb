import { beforeAll, describe, expect, it } from "vitest";
import { equivalence } from "../../alerts/mutation/equivalent.ts";
import type { Operator } from "../../alerts/mutation/expression.ts";
import { type Mutant, mutantsOf } from "../../alerts/mutation/mutants.ts";
import { tryMutants } from "../../scripts/mutate/run.ts";
import { readSuites, type Suite } from "../../scripts/mutate/suite.ts";
import { ensureTool } from "../../scripts/stack/build.ts";

let promtool: string;
let suite: Suite;
let mutants: Mutant[];

beforeAll(async () => {
  promtool = (await ensureTool("prometheus")).binaries.promtool ?? "";
  const suites = await readSuites();
  suite = suites.find(({ name }) => name === "api-availability") as Suite;
  mutants = mutantsOf(suite.groups).filter((mutant) => !equivalence(mutant));
});

// npm run mutate tries them all; these are the ones that on-call would curse first, and quick.
const chosen: Partial<Record<Operator, (mutant: Mutant) => boolean>> = {
  "threshold up": ({ rule, removed }) => rule.endsWith("page-fast") && removed === "0.0144",
  "edge moved": ({ rule, removed }) => rule.endsWith("page-fast") && removed === ">=",
  "comparison dropped": ({ rule, removed }) => rule.endsWith("page-fast") && removed.includes("0.0144"),
  "window swapped": ({ rule }) => rule === "slo:error_ratio:30m",
  "zero-fill or memory dropped": ({ rule, removed }) =>
    rule.endsWith("page-fast") && removed.includes("ALERTS"),
  "label dropped": ({ rule, removed }) => rule === "slo:error_ratio:1h" && removed.includes("service_name"),
  "label changed": ({ rule, change }) => rule.endsWith("page-fast") && change.includes("label severity"),
};

describe("the scenarios of a promise notice", () => {
  it("what on-call relies on, broken in seven ways", { timeout: 300_000 }, async () => {
    const broken = Object.entries(chosen).map(
      ([operator, fits]) => mutants.find((mutant) => mutant.operator === operator && fits(mutant)) as Mutant,
    );
    expect(broken).not.toContain(undefined);
    const reached = new Set(broken.map(({ rule }) => rule));
    const quick =
      /^(just|exactly|one failure|an outage whose clients give up stays in page-fast|page-slow resolves|every recorded|an outage of staging|the long window .*page-fast)/;
    const tests = suite.tests.filter(({ name }) => quick.test(name) && !name.includes("ticket"));
    expect(reached.size).toBeGreaterThan(2);
    const tried = await tryMutants(promtool, { ...suite, tests }, broken, { jobs: 2, told: () => undefined });
    expect(
      tried.filter(({ fate }) => fate !== "killed").map(({ rule, change }) => `${rule}: ${change}`),
    ).toEqual([]);
  });

  it("nothing in a rule that is only written differently", { timeout: 300_000 }, async () => {
    const [first] = mutants as [Mutant];
    const same = { ...first, groups: suite.groups };
    const tests = suite.tests.filter(({ name }) => name.includes("page-fast"));
    const [tried] = await tryMutants(promtool, { ...suite, tests }, [same], {
      jobs: 1,
      told: () => undefined,
    });
    expect(tried?.fate).toBe("survived");
  });

  it("nothing at all when they fail on the rules as they are", async () => {
    const [first] = mutants as [Mutant];
    const broken = mutants.find(({ operator }) => operator === "label changed") as Mutant;
    const tests = suite.tests.filter(
      ({ name }) => name.includes("exactly") || name.includes("counted by hand"),
    );
    await expect(
      tryMutants(promtool, { ...suite, groups: broken.groups, tests }, [first], {
        jobs: 1,
        told: () => undefined,
      }),
    ).rejects.toThrow("fails on the rules as they are");
  });
});
