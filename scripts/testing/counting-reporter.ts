import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** What one suite proved. `failures` and `skips` name each such test and why. */
export type Counts = {
  readonly passed: number;
  readonly failures: readonly string[];
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
    const failed = tests.filter((test) => ["failed", "pending"].includes(test.result().state));
    const broken = modules.filter((module) => module.errors().length > 0);
    const counts: Counts = {
      passed: tests.filter((test) => test.result().state === "passed").length,
      failures: [
        ...failed.map((test) => `${nameOf(test)}: ${firstLine(test.result().errors?.[0])}`),
        ...broken.map((module) => `${module.relativeModuleId}: ${firstLine(module.errors()[0])}`),
        ...unhandled.map((error) => `outside of any test: ${firstLine(error)}`),
      ],
      skips: tests.filter((test) => test.result().state === "skipped").map(describeSkip),
    };
    writeFileSync(file, JSON.stringify(counts));
  }
}

function describeSkip(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return `${nameOf(test)}: ${note ?? "no reason given"}`;
}

const nameOf = (test: TestCase): string => `${test.module.relativeModuleId} › ${test.fullName}`;

function firstLine(error: unknown): string {
  const message = (error as { message?: unknown } | undefined)?.message ?? error ?? "did not end";
  return String(message).split("\n", 1)[0] ?? "";
}
