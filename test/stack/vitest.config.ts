import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What the others have left in the stores is looked at when they are done. */
class LiveCheckLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification) => moduleId.endsWith("test/stack/live-check.test.ts");
    return (await super.sort(files)).toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)));
  }
}

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    name: "stack",
    include: ["test/stack/**/*.test.ts", "test/browser/**/*.test.ts"],
    // One running system for all files, and little memory: one file after the other.
    globalSetup: "test/stack/set-up.ts",
    fileParallelism: false,
    sequence: { sequencer: LiveCheckLast },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
