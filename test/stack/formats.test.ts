import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTool } from "../../scripts/stack/build.ts";

const run = promisify(execFile);
const generated = resolve(import.meta.dirname, "../../alerts/generated");
const minutes = 60_000;

/** What a program says and how it ends; it may fail. */
type Said = { readonly code: number; readonly text: string };
const say = (program: string, args: readonly string[]): Promise<Said> =>
  run(program, [...args]).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      text: error.stdout + error.stderr,
    }),
  );

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "frontdesk-formats-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of a generated file with one thing changed. */
async function edited(name: string, from: string, to: string): Promise<string> {
  const text = await readFile(join(generated, name), "utf8");
  expect(text).toContain(from);
  const path = join(folder, name);
  await writeFile(path, text.replace(from, to));
  return path;
}

describe("the OpenSLO documents", () => {
  let oslo: string;
  beforeAll(async () => {
    oslo = (await ensureTool("oslo")).binaries.oslo ?? "";
  }, 10 * minutes);

  it("are valid for OpenSLO's own validator", async () =>
    expect(await say(oslo, ["validate", "-f", join(generated, "openslo.yaml")])).toMatchObject({ code: 0 }));
  it.each([
    ["an objective of 100 %", "targetPercent: 99.9", "targetPercent: 100"],
    ["a window that is no duration", "duration: 30d", "duration: month"],
    ["a condition of an unknown kind", "kind: burnrate", "kind: error-ratio"],
  ])("would not be with %s", async (_what, from, to) => {
    const { code, text } = await say(oslo, ["validate", "-f", await edited("openslo.yaml", from, to)]);
    expect([code, text]).toEqual([1, expect.stringMatching(/not valid|invalid/)]);
  });
});

describe("pint, with every check on", () => {
  let lint: (path: string) => Promise<Said>;
  beforeAll(async () => {
    const pint = (await ensureTool("pint")).binaries.pint ?? "";
    const config = join(folder, "pint.hcl");
    await writeFile(config, 'parser {\n  schema = "prometheus"\n}\n');
    // Offline: the checks that ask a Prometheus need one with a day of this data.
    lint = (path) =>
      say(pint, [
        "--no-color",
        "--config",
        config,
        "--offline",
        "lint",
        "--min-severity=info",
        "--fail-on=info",
        path,
      ]);
  }, 10 * minutes);

  // One file at a time, as Prometheus evaluates them: each promise brings all the series that it reads.
  it("has nothing to say about the rules", async () => {
    const files = (await readdir(generated)).filter((name) => name.endsWith(".rules.yaml"));
    expect(files.length).toBeGreaterThan(1);
    for (const name of files)
      expect(await lint(join(generated, name)), name).toEqual({
        code: 0,
        text: expect.not.stringContaining("Problems found"),
      });
  });
  it("sees a label that a query cannot have", async () => {
    const bad = await edited(
      "symptoms.rules.yaml",
      "{{ $labels.deployment_environment_name }} waits",
      "{{ $labels.pod }} waits",
    );
    expect(await lint(bad)).toEqual({ code: 1, text: expect.stringContaining("alerts/template") });
  });
});
