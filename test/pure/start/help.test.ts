import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

function run(command: string, ...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const script = `scripts/${command}.ts`;
  return new Promise((done) => {
    execFile(process.execPath, [script, ...args], { cwd: root }, (failure, out, error) =>
      done({ code: typeof failure?.code === "number" ? failure.code : 0, out, error }),
    );
  });
}

describe("Every command", () => {
  const usages = {
    start: "--free-ports",
    test: "npm test -- worker bookings",
    load: "--target URL",
    generate: "--check",
    pictures: "--tempo URL",
    detect: "--history real",
    mute: "--end",
    probe: "--once",
    budget: "--markdown",
    mutate: "npm run mutate",
    bench: "--variants",
    bundle: "npm run bundle",
    sourcemaps: "--dry-run",
  };
  for (const [command, says] of Object.entries(usages)) {
    it(`${command} --help prints its usage and does nothing else`, async () => {
      const { code, out, error } = await run(command, "--help");
      expect([code, error]).toEqual([0, ""]);
      expect(out).toContain(says);
    });

    it(`${command} answers an unknown flag with one clear line`, async () => {
      const { code, out, error } = await run(command, "--fast");
      expect(out).toBe("");
      expect(error).toMatch(/^[^\n]*--fast[^\n]*\n$/);
      if (command !== "test") expect(error).toContain("--help");
      // These two begin something instead of answering a question, so no verdict can be broken.
      if (command === "start" || command === "test") expect(code).toBeGreaterThan(0);
      else expect([code, error.slice(0, 8)]).toEqual([3, "BROKEN: "]);
    });
  }
});
