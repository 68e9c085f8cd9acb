import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const testStack = (variables: Record<string, string>) =>
  spawnSync(process.execPath, ["scripts/test.ts", "stack"], {
    cwd: root,
    encoding: "utf8",
    env: { PATH: "/nonexistent", HOME: process.env.HOME ?? "", ...variables },
  });

describe("the stack suite without Go", () => {
  it("is skipped aloud, file by file, and has proved nothing", () => {
    const { stdout, status } = testStack({});
    expect(stdout).toMatch(/Skipped: test\/stack\/smoke\.test\.ts: .*Go/);
    expect(stdout).toMatch(/^0 passed, 0 failed, \d+ skipped$/m);
    expect(status).toBe(1);
  });
  it("fails in CI", () => {
    const { stdout, stderr, status } = testStack({ CI: "true" });
    expect(stderr).toContain("CI must not pass without it");
    expect(stdout).toMatch(/^0 passed, 1 failed, 0 skipped$/m);
    expect(status).toBe(1);
  });
});
