import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bundle, environments } from "../../../scripts/bundle/dry-run.ts";

const root = resolve(import.meta.dirname, "../../..");
const run = promisify(execFile);

/** What the command printed; an empty text when it succeeded in silence. */
async function complaints(file: string, args: readonly string[]): Promise<string> {
  try {
    await run(process.execPath, [resolve(root, "node_modules", file), ...args], {
      cwd: root,
      maxBuffer: 1 << 26,
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ""}${stderr ?? ""}` || String(error);
  }
}

describe("the code", { timeout: 180_000 }, () => {
  it("has no lint or format warning", async () =>
    expect(
      await complaints("@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "--colors=off", "."]),
    ).toBe(""));
  for (const project of ["worker", "node", "k6"])
    it(`compiles under strict rules: ${project}`, async () =>
      expect(await complaints("typescript/bin/tsc", ["-p", `tsconfig.${project}.json`])).toBe(""));
});

describe("the Worker's bundle", { timeout: 120_000 }, () => {
  for (const environment of environments)
    it(`is accepted by a dry run of a deploy to ${environment}`, async () => {
      const result = await bundle(environment);
      expect(result).toMatchObject({ outcome: "bundled" });
      if (result.outcome !== "bundled") return;
      console.log(`bundle ${environment}: ${result.bytes} bytes, ${result.gzipBytes} gzipped`);
      expect(result.log).toContain(`env.ENVIRONMENT ("${environment}")`);
    });
});
