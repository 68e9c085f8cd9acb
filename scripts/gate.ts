import { writeFile } from "node:fs/promises";
import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { BrokenGate } from "./gate/broken-gate.ts";
import { conclude, exitCodes, grownBy } from "./gate/conclude.ts";
import { measures } from "./gate/measures.ts";
import { type GateOptions, parseOptions, usage } from "./gate/options.ts";
import { asMarkdown, asText } from "./gate/report.ts";
import { verify } from "./gate/verify.ts";
import { findK6 } from "./load/find-k6.ts";
import { BrokenRun } from "./load/options.ts";
import { BuildError } from "./stack/build.ts";
import { screenOn } from "./stack/screen.ts";

// npm run gate -- --baseline A --candidate B
// Exit 0: not worse. 1: worse. 2: cannot be told. 3: the comparison could not be made.
process.exitCode = await runCommand(usage, [WrongFlag, BrokenGate, BrokenRun, BuildError], main);

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if ("verify" in options) {
    const { alarms, ...of } = await verify(options.verify, options.minutes, options.seed);
    const share = (value: number) => `${(value * 100).toFixed(1)} %`;
    console.log(`${of.comparisons} comparisons of ${of.drawnPairs} windows, drawn from ${of.recordedPairs}:`);
    console.log(`  the same release is called worse       ${share(alarms.nothing)}`);
    console.log(`  10 % more of every latency is found    ${share(alarms.p95)}`);
    console.log(`  5 % more CPU time is found             ${share(alarms.cpu)}`);
    const shown = of.asRecorded.filter(({ measure }) => measure === "p95" || measure === "cpu");
    for (const each of shown)
      console.log(`  as recorded, ${measures[each.measure].title}: ${grownBy(each)}, ${each.verdict}`);
    return alarms.nothing <= 0.05 && alarms.p95 >= 0.9 && alarms.cpu >= 0.9 ? 0 : 1;
  }
  return compareReleases(options);
}

async function compareReleases(options: GateOptions): Promise<number> {
  const screen = screenOn(process.stderr);
  const k6 = await findK6();
  // Brings wrangler and Miniflare along, which take seconds to load.
  const { measure } = await import("./gate/measure.ts");
  const measured = await measure(options, k6, (text) => screen.status("gate", text));
  screen.clearStatus();
  if (options.record) await writeFile(options.record, JSON.stringify(measured.pairs));
  const conclusion = conclude(measured, options.seed);
  if (options.json) await writeFile(options.json, `${JSON.stringify(conclusion, null, 2)}\n`);
  if (options.markdown) await writeFile(options.markdown, asMarkdown(conclusion));
  console.log(asText(conclusion));
  return exitCodes[conclusion.verdict];
}
