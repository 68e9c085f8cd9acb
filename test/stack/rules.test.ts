import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
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
const testsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".test.yaml"));
const madeUpTests = Object.keys(madeUp).flatMap((id) => [`${id}.page.test.yaml`, `${id}.ticket.test.yaml`]);
const { urls } = inject("frontdesk");

let promtool: string;
let copy: string;

beforeAll(async () => {
  promtool = (await ensureTool("prometheus")).binaries.promtool ?? "";
  copy = await mkdtemp(join(tmpdir(), "frontdesk-rules-"));
  for (const [path, text] of Object.entries(generatedFiles({ ...slos, ...madeUp })))
    if (path.includes("made-up")) await writeFile(join(copy, basename(path)), text);
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** Runs the scenarios of a test file, each with only the rules that it is about, or pages would wait for the sums of tickets. */
async function prove(folder: string, file: string): Promise<void> {
  const own = await mkdtemp(join(copy, "of-"));
  const { ruleFiles, tests } = await readTests(join(folder, file));
  const groups = (await Promise.all(ruleFiles.map((name) => readRules(join(folder, name))))).flat();
  for (const test of tests)
    for (const one of test.promql_expr_test ?? [])
      expect(
        neededBy(groups, [{ ...test, promql_expr_test: [one], alert_rule_test: [] }]),
        one.expr,
      ).not.toEqual([]);
  const sets = Map.groupBy(tests, (test) => yaml({ groups: neededBy(groups, [test]) }));
  const names = await Promise.all(
    [...sets].map(async ([rules, same], at) => {
      await writeFile(join(own, `${at}.rules.yaml`), rules);
      const scenarios = same.map(({ file: _, ...scenario }) => scenario);
      const text = yaml({ ...same[0]?.file, rule_files: [`${at}.rules.yaml`], tests: scenarios });
      await writeFile(join(own, `${at}.test.yaml`), text);
      return `${at}.test.yaml`;
    }),
  );
  const { stdout } = await run(promtool, ["test", "rules", ...names], { cwd: own });
  expect(stdout.match(/SUCCESS/g)).toHaveLength(sets.size);
}

describe("promtool", () => {
  it("finds nothing to complain about in the rules", async () => {
    const files = (await readdir(generated)).filter((name) => name.endsWith(".rules.yaml"));
    const { stdout } = await run(promtool, ["check", "rules", "--lint=all", "--lint-fatal", ...files], {
      cwd: generated,
    });
    expect(stdout.match(/SUCCESS/g)).toHaveLength(files.length);
  });

  it.concurrent.each(testsIn(generated))(
    "sees everything alert as predicted in %s",
    (file) => prove(generated, file),
    300_000,
  );

  it.concurrent.each(testsIn(handWritten))(
    "sees alerts fire and stay quiet as said in %s",
    (file) => prove(handWritten, file),
    300_000,
  );

  it.concurrent.each(madeUpTests)(
    "sees a made-up promise alert at its own thresholds in %s",
    async (file) => {
      const args = ["test", "rules", "--run=^just (under|over)", file];
      expect((await run(promtool, args, { cwd: copy })).stdout).toContain("SUCCESS");
    },
    300_000,
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
