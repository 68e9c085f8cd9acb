import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    name: "stack",
    include: ["test/stack/**/*.test.ts"],
    // One running system for all files, and little memory: one file after the other.
    globalSetup: "test/stack/set-up.ts",
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
