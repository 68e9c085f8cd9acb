import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { secondsOf } from "../load/shapes.ts";
import type { Thresholds } from "../load/thresholds.ts";
import type { RunVerdict } from "../load/verdict/judge-run.ts";
import { runCommand } from "./flags/run-command.ts";
import { agreementOf, readSli, windowOf } from "./load/agreement.ts";
import { markRun } from "./load/annotate.ts";
import { readCalls } from "./load/calls.ts";
import { grown, readStanding } from "./load/endurance.ts";
import { formats } from "./load/formats.ts";
import { BrokenRun, type LoadOptions, parseOptions, usage } from "./load/options.ts";
import { preflight, requireK6 } from "./load/preflight.ts";
import { progressOn } from "./load/progress.ts";
import { Recording } from "./load/recording.ts";
import { type LoadResult, resultOf } from "./load/result.ts";
import { runK6 } from "./load/run-k6.ts";
import { StoreAway } from "./load/stores.ts";
import { terminalReport } from "./load/terminal.ts";
import { shownSeconds } from "./load/words.ts";
import { BuildError, ensureTool } from "./stack/build.ts";
import { screenOn } from "./stack/screen.ts";

// npm run load -- <shape> [--target URL] [--rate N] [--duration S]
const exits: Readonly<Record<RunVerdict, number>> = { pass: 0, fail: 1, inconclusive: 2, broken: 3 };
process.exitCode = await runCommand(usage, [BrokenRun, BuildError, StoreAway], main);

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const { promises } = await generatedThresholds();
  const why = options.targetIs ? ` (${options.targetIs})` : "";
  process.stderr.write(`Target: ${options.target}${why}\n`);
  const notes = await preflight(options);
  const k6 = await findK6();
  const { prometheus } = options.stores;
  const before = prometheus === undefined ? undefined : await readSli(prometheus);
  const standing = await standingOf(options);
  process.stderr.write(`Running ${options.shape} for ${shownSeconds(secondsOf(options.plan))} …\n`);
  const { outcome, recording, unmarked } = await run(k6, options);
  const agreement = before && (await agreementOf(options.stores, options.runId, recording, before, sleep));
  const calls = await callsOf(options, recording);
  const after = await standingOf(options);
  const around = { seconds: secondsOf(options.plan), requests: recording.size };
  const result = resultOf({
    ...{ options, outcome, recording, promises, agreement, calls },
    grown: standing && after ? grown(standing, after, around) : [],
    notes: [
      ...notes,
      ...(unmarked === undefined ? [] : [`the run is not marked in Prometheus: ${unmarked}`]),
    ],
  });
  await write(options, result);
  console.log(terminalReport(result));
  if (result.verdict === "broken") process.stderr.write(`BROKEN: ${result.reasons.join("; ")}\n`);
  return exits[result.verdict];
}

async function callsOf({ stores: { tempo }, runId }: LoadOptions, recording: Recording) {
  return tempo === undefined ? [] : readCalls(tempo, runId, recording.routes, windowOf(recording));
}

/** A soak run watches the stack too. */
async function standingOf({ shape, stores: { prometheus } }: LoadOptions) {
  return shape === "soak" && prometheus !== undefined ? readStanding(prometheus) : undefined;
}

async function run(k6: string, options: LoadOptions) {
  const screen = screenOn(process.stderr);
  const recording = new Recording();
  const mark = markRun(options.stores.prometheus, options.shape);
  try {
    const outcome = await runK6(k6, options, recording, progressOn(screen, options.plan));
    return { outcome, recording, unmarked: await mark.end() };
  } catch (error) {
    await mark.end();
    throw error;
  } finally {
    screen.clearStatus();
  }
}

async function write({ json, report }: LoadOptions, result: LoadResult): Promise<void> {
  if (json) await writeFile(json, formats["verdict.json"](result));
  if (!report) return;
  await mkdir(report, { recursive: true });
  for (const [name, render] of Object.entries(formats)) await writeFile(join(report, name), render(result));
}

async function findK6(): Promise<string> {
  const screen = screenOn(process.stderr);
  const { binaries } = await ensureTool("k6", {
    onProgress: ({ title, phase, seconds }) => screen.status(phase, `${title}: ${phase}, ${seconds} s`),
  });
  screen.clearStatus();
  if (!binaries.k6) throw new BrokenRun("k6 was not built; run again.");
  await requireK6(binaries.k6);
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
