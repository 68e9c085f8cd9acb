import { readFile } from "node:fs/promises";
import type { Thresholds } from "../load/thresholds.ts";
import { runCommand } from "./flags/run-command.ts";
import { BrokenRun, parseOptions, usage } from "./load/options.ts";
import { preflight } from "./load/preflight.ts";
import { report } from "./load/report.ts";
import { runK6 } from "./load/run-k6.ts";
import { BuildError, ensureTool } from "./stack/build.ts";
import { screenOn } from "./stack/screen.ts";

// npm run load -- smoke [--target URL] [--rate N] [--duration S]
// Exit 0: every threshold held. 1: one was crossed. 3: no verdict, the run is broken.
process.exitCode = await runCommand(usage, [BrokenRun, BuildError], main);

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const why = options.targetIs ? ` (${options.targetIs})` : "";
  process.stderr.write(`Target: ${options.target}${why}\n`);
  await preflight(options.target);
  const k6 = await findK6();
  process.stderr.write(`Running ${options.shape} …\n`);
  const outcome = await runK6(k6, options);
  console.log(report(outcome, (await generatedThresholds()).promises));
  return outcome.verdict === "pass" ? 0 : 1;
}

async function findK6(): Promise<string> {
  const screen = screenOn(process.stderr);
  const { binaries } = await ensureTool("k6", {
    onProgress: ({ title, phase, seconds }) => screen.status(phase, `${title}: ${phase}, ${seconds} s`),
  });
  screen.clearStatus();
  if (!binaries.k6) throw new BrokenRun("k6 was not built; run again.");
  return binaries.k6;
}

/** @throws BrokenRun when the generated file is missing */
async function generatedThresholds(): Promise<Thresholds> {
  const file = new URL("../load/generated/thresholds.json", import.meta.url);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new BrokenRun("load/generated/thresholds.json is missing: run `npm run generate`.");
  return JSON.parse(text) as Thresholds;
}
