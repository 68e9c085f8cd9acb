import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "pure", root: "../..", include: ["test/pure/**/*.test.ts"], testTimeout: 30_000 },
});
