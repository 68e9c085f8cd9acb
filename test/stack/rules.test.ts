import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { yaml } from "../../alerts/rule-file.ts";
import { generatedFiles } from "../../scripts/generate/files.ts";
import { neededBy } from "../../scripts/mutate/reach.ts";
import { readRules, readTests } from "../../scripts/mutate/suite.ts";
import { ensureTool } from "../../scripts/stack/build.ts";
import { slos } from "../../telemetry/slo.ts";
import { madeUp } from "../support/slo/made-up.ts";

const run = promisify(execFile);
const generated = resolve(import.meta.dirname, "../../alerts/generated");
const handWritten = resolve(import.meta.dirname, "../../alerts/tests");
const generatedTests = readdirSync(generated).filter((name) => name.endsWith(".test.yaml"));
const { urls } = inject("frontdesk");

let promtool: string;
let copy: string;

beforeAll(async () => {
  promtool = (await ensureTool("prometheus")).binaries.promtool ?? "";
  copy = await mkdtemp(join(tmpdir(), "frontdesk-rules-"));
  await cp(generated, copy, { recursive: true });
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe("promtool", () => {
  it("finds nothing to complain about in the rules", async () => {
    const files = (await readdir(generated)).filter((name) => name.endsWith(".rules.yaml"));
    const { stdout } = await run(promtool, ["check", "rules", "--lint=all", "--lint-fatal", ...files], {
      cwd: generated,
    });
    expect(stdout.match(/SUCCESS/g)).toHaveLength(files.length);
  });

  // Only what a file has expectations about is evaluated, or pages would wait for the sums of tickets.
  it.concurrent.each(generatedTests)(
    "sees everything alert as predicted in %s",
    async (file) => {
      const own = await mkdtemp(join(copy, "of-"));
      const { ruleFiles, tests } = await readTests(join(generated, file));
      for (const name of ruleFiles)
        await writeFile(
          join(own, name),
          yaml({ groups: neededBy(await readRules(join(generated, name)), tests) }),
        );
      await cp(join(generated, file), join(own, file));
      const { stdout } = await run(promtool, ["test", "rules", file], { cwd: own });
      expect(stdout).toContain("SUCCESS");
    },
    300_000,
  );

  it("sees a made-up promise of each kind alert at its own thresholds", async () => {
    const files = Object.entries(generatedFiles({ ...slos, ...madeUp }));
    const mine = files.filter(([path]) => path.includes("made-up"));
    for (const [path, text] of mine) await writeFile(join(copy, basename(path)), text);
    const tests = mine
      .map(([path]) => basename(path))
      .filter((name) => /\.(page|ticket)\.test\.yaml$/.test(name));
    expect(tests).toHaveLength(2 * Object.keys(madeUp).length);
    const { stdout } = await run(promtool, ["test", "rules", "--run=^just (under|over)", ...tests], {
      cwd: copy,
    });
    expect(stdout).not.toContain("FAILED");
    expect(stdout.match(/SUCCESS/g)).toHaveLength(tests.length);
  }, 120_000);

  it.each(readdirSync(handWritten))(
    "sees the symptom alerts fire and stay quiet as said in %s",
    async (file) => {
      const { stdout } = await run(promtool, ["test", "rules", file], { cwd: handWritten });
      expect(stdout).toContain("SUCCESS");
    },
    120_000,
  );
});

describe("the running Prometheus", () => {
  it("evaluates every generated rule without an error", async () => {
    const response = await fetch(`${urls.prometheus}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { name: string; rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const names = data.groups.map(({ name }) => name);
    for (const id of Object.keys(slos))
      expect(names).toEqual(expect.arrayContaining([`${id}:fast`, `${id}:slow`]));
    const broken = data.groups.flatMap(({ rules }) => rules.filter(({ lastError }) => lastError));
    expect(broken).toEqual([]);
  });
});
