/** `npm run bench -- [measurement …]`: what telemetry costs, beside other ways to trace. `--help` lists the measurements. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BrokenBench } from "./bench/broken.ts";
import { measureExports } from "./bench/exports.ts";
import { measureFaults } from "./bench/faults.ts";
import { goalsOf } from "./bench/goals.ts";
import { measureRetained } from "./bench/memory.ts";
import { parseOptions } from "./bench/options.ts";
import { measureOverhead } from "./bench/overhead.ts";
import { plotOverhead } from "./bench/plot.ts";
import { renderResults } from "./bench/render.ts";
import {
  circumstances,
  loadPerCore,
  type Measured,
  type MeasurementName,
  type Results,
  readResults,
  writeResults,
} from "./bench/results.ts";
import type { BenchRun } from "./bench/run.ts";
import { measureSize } from "./bench/size.ts";
import { measureStartUp } from "./bench/start-up.ts";
import { benchVerdict } from "./bench/verdict/command.ts";
import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";

const docs = resolve(import.meta.dirname, "../docs");

type Measurements = {
  readonly [N in MeasurementName]-?: {
    readonly says: string;
    readonly measure: (run: BenchRun) => Promise<Measured[N]>;
  };
};

const measurements: Measurements = {
  overhead: { says: "CPU time of workerd for a request, in interleaved rounds", measure: measureOverhead },
  exports: { says: "requests to the collector at 250 requests a second", measure: measureExports },
  retained: { says: "heap after garbage collection, over many requests", measure: measureRetained },
  size: { says: "bytes of the minified bundles", measure: measureSize },
  faults: { says: "what a collector in trouble does to the API, and to its spans", measure: measureFaults },
  "start-up": { says: "from a cold start to the first answer", measure: measureStartUp },
};
const names = Object.keys(measurements) as MeasurementName[];

/** Rounds that hold all variants: a part of them would not fit to the rest. */
const sideBySide: ReadonlySet<MeasurementName> = new Set(["overhead", "start-up"]);
const isWritten = (name: MeasurementName, run: BenchRun) =>
  run.isWhole || !(run.quick || sideBySide.has(name));

const usage = `npm run bench -- [measurement …] [flags]

${names.map((name) => `  ${name.padEnd(14)} ${measurements[name].says}`).join("\n")}

  verdict        how often the verdict of a load test is wrong, in 10 000 simulated runs for each case: docs/verdict.md
                 (alone; --rounds and --seed only)

  --quick        a short look: rough figures, printed and not written
  --variants A,B only these beside the uninstrumented one; overhead and start-up are then not written
  --rounds N     rounds of overhead (30)
  --seed N       another order of visits (1)
  --help         this page

Without a name all are measured, which takes about half an hour on a quiet machine.
The figures go to docs/performance.json, .md and .svg.`;

process.exitCode = await runCommand(usage, [BrokenBench, WrongFlag], main);

async function main(args: readonly string[]): Promise<number> {
  // Arithmetic, not telemetry: it needs no Worker and no quiet machine.
  if (args[0] === "verdict") return benchVerdict(args.slice(1), docs);
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-bench-"));
  try {
    const options = parseOptions(args, names);
    if (process.platform !== "linux")
      throw new BrokenBench("The CPU time of workerd is read from /proc: this command needs Linux.");
    await measure({ ...options, folder }, options.measurements);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(run: BenchRun, chosen: readonly MeasurementName[]): Promise<void> {
  let results: Results = { measured: {}, circumstances: {} };
  for (const name of chosen) {
    const loadBefore = loadPerCore();
    const found = await measurements[name].measure(run);
    // Another run may have written meanwhile.
    if (isWritten(name, run)) results = await readResults();
    const kept = run.isWhole || sideBySide.has(name) ? {} : results.measured[name];
    results = {
      measured: { ...results.measured, [name]: Array.isArray(found) ? found : { ...kept, ...found } },
      circumstances: { ...results.circumstances, [name]: await circumstances(loadBefore) },
    };
    if (isWritten(name, run)) await write(results);
  }
  if (chosen.every((name) => isWritten(name, run)))
    for (const { what, limit, found, verdict } of goalsOf(results.measured))
      console.log(`${verdict.padEnd(12)} ${what}: ${found} (${limit})`);
  else console.log(renderResults(results));
}

async function write(results: Results): Promise<void> {
  await writeResults(results);
  await writeFile(join(docs, "performance.md"), renderResults(results));
  await writeFile(join(docs, "performance.svg"), plotOverhead(results.measured));
}
