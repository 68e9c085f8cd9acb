import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Counts, countsFileVariable } from "../../../scripts/testing/counting-reporter.ts";

const root = resolve(import.meta.dirname, "../../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "frontdesk-failures-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function countsOf(source: string): Counts {
  writeFileSync(join(folder, "planted.test.js"), source);
  const reporter = `--reporter=${join(root, "scripts/testing/counting-reporter.ts")}`;
  const vitest = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--globals",
    "--root",
    folder,
    reporter,
  ];
  const file = join(folder, "counts.json");
  const { VITEST: _, ...env } = process.env;
  spawnSync(process.execPath, vitest, { cwd: folder, env: { ...env, [countsFileVariable]: file } });
  return JSON.parse(readFileSync(file, "utf8"));
}

it("names each test that failed and why, so that the last lines of a long run are enough", () => {
  const counts = countsOf(`
    it("holds", () => {});
    it("breaks", () => { throw new Error("the planted reason\\nmore of it"); });
    it("leaves something behind", () => { Promise.reject(new Error("left behind")); });
  `);
  expect(counts.passed).toBe(2);
  expect(counts.failures).toEqual([
    "planted.test.js › breaks: the planted reason",
    "outside of any test: left behind",
  ]);
});

it("names a file that could not be loaded", () => {
  expect(countsOf("throw new Error('not loaded')").failures).toEqual(["planted.test.js: not loaded"]);
});
