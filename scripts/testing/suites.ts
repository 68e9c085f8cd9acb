import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BuildError, findGo } from "../stack/build.ts";
import { type Counts, countsFileVariable } from "./counting-reporter.ts";

const root = resolve(import.meta.dirname, "../..");

/** The suites in the order in which they run: the quickest answer first. */
export const suites = {
  pure: "rules, arithmetic, architecture, generated files (Node)",
  worker: "every use-case on workerd with real D1, Durable Objects and Queues",
  stack: "request to span to sample to log record on the real stack, and the console in a real browser",
} as const;
export type SuiteName = keyof typeof suites;

/**
 * Runs one suite to its end.
 *
 * @param filters file names as vitest takes them; empty for all
 * @returns       its counts; a suite that breaks or runs no test counts as one failure
 */
export async function runSuite(name: SuiteName, filters: readonly string[]): Promise<Counts> {
  const missing = name === "stack" ? await whatStackMisses() : undefined;
  if (missing && process.env.CI)
    return broken(`the stack suite cannot run, and CI must not pass without it: ${missing}`);
  if (missing) return { passed: 0, failures: [], skips: stackFiles().map((file) => `${file}: ${missing}`) };
  const file = join(tmpdir(), `frontdesk-counts-${process.pid}-${name}.json`);
  rmSync(file, { force: true });
  const code = await runVitest(name, filters, file);
  const counts = readCounts(file);
  rmSync(file, { force: true });
  if (!counts) return broken(`the ${name} suite ended with code ${code} before it had counted its tests`);
  if (counts.passed + counts.failures.length + counts.skips.length === 0)
    return broken(`the ${name} suite ran no test`);
  if (code !== 0 && counts.failures.length === 0)
    return { ...counts, failures: [`the ${name} suite ended with code ${code}, though no test failed`] };
  return counts;
}

function runVitest(name: SuiteName, filters: readonly string[], countsFile: string): Promise<number> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporter = join(root, "scripts/testing/counting-reporter.ts");
  const args = [
    vitest,
    "run",
    "-c",
    `test/${name}/vitest.config.ts`,
    "--reporter=default",
    `--reporter=${reporter}`,
  ];
  const child = spawn(process.execPath, [...args, ...filters], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, [countsFileVariable]: countsFile },
  });
  return new Promise((done) => child.on("close", (code, signal) => done(code ?? (signal ? 130 : 1))));
}

function readCounts(file: string): Counts | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Counts;
  } catch {
    return undefined;
  }
}

function broken(why: string): Counts {
  console.error(`✗ ${why}`);
  return { passed: 0, failures: [why], skips: [] };
}

async function whatStackMisses(): Promise<string | undefined> {
  try {
    await findGo();
    return undefined;
  } catch (error) {
    if (error instanceof BuildError) return error.message;
    throw error;
  }
}

const stackFiles = () => globSync("test/{stack,browser}/**/*.test.ts", { cwd: root }).sort();
