import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** What one suite proved. `skips` name each skipped test and why. */
export type Counts = {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly string[];
};

/** Where the reporter writes its `Counts` as JSON. */
export const countsFileVariable = "FRONTDESK_TEST_COUNTS";

/** A vitest reporter that keeps only the counts, so that the suites can be added up. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[countsFileVariable];
    if (!file) throw new Error(`${countsFileVariable} is not set: run the suites with \`npm test\``);
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const states = tests.map((test) => test.result().state);
    const brokenModules = modules.filter((module) => module.errors().length > 0).length;
    const counts: Counts = {
      passed: states.filter((state) => state === "passed").length,
      failed:
        states.filter((state) => state === "failed" || state === "pending").length +
        brokenModules +
        unhandled.length,
      skips: tests.filter((test) => test.result().state === "skipped").map(describeSkip),
    };
    writeFileSync(file, JSON.stringify(counts));
  }
}

function describeSkip(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return `${test.module.relativeModuleId} › ${test.fullName}: ${note ?? "no reason given"}`;
}
