/** `npm run detect -- [fault …]`: how soon a fault is paged on the real system. `--help` lists the faults. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { BrokenDrill } from "./detect/broken-drill.ts";
import { measureCost, shareMax, shareOf } from "./detect/cost.ts";
import { drillAll } from "./detect/drill-all.ts";
import { type DetectOptions, parseOptions, usage } from "./detect/options.ts";
import { asMarkdown, asTable, costTable, missedGoal } from "./detect/report.ts";
import { circumstances, type Results, writeResults } from "./detect/results.ts";
import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { generatedFiles } from "./generate/files.ts";
import { findStale, refresh } from "./generate/freshness.ts";
import { screenOn } from "./stack/screen.ts";
import { StartError } from "./stack/start-error.ts";

const root = resolve(import.meta.dirname, "..");
const document = resolve(root, "docs/detection.md");
const screen = screenOn({
  write: (text) => process.stderr.write(text),
  isTTY: process.stderr.isTTY,
  columns: process.stderr.columns,
});

// What runs is ended on the way out.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));
process.exitCode = await runCommand(usage, [BrokenDrill, WrongFlag, StartError], main);

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    return await (options.cost ? cost() : detect(options));
  } catch (error) {
    screen.clearStatus();
    throw error;
  }
}

async function detect(options: DetectOptions): Promise<number> {
  const found = await drillAll(options, screen, async (results) => {
    if (!options.short) await write({ faults: results });
  });
  const detections = Object.values(found.detections);
  console.log(asTable(detections));
  for (const line of found.broken) console.error(`BROKEN: ${line}`);
  const missed = missedGoal(found.detections);
  if (missed) console.log(missed);
  if (found.broken.length > 0) return 3;
  return missed || detections.some(({ complaints }) => complaints.length > 0) ? 1 : 0;
}

async function cost(): Promise<number> {
  const { loadAverage, ...measured } = await measureCost((what, seconds) =>
    screen.status(what, `${what}, about ${seconds} s …`),
  );
  screen.clearStatus();
  await write({ cost: { ...measured, ...circumstances(loadAverage) } });
  console.log(costTable(measured));
  return shareOf(measured) <= shareMax ? 0 : 1;
}

async function write(found: Partial<Results>): Promise<void> {
  await writeFile(document, asMarkdown(await writeResults(found)));
  // The list of alerts shows what was measured last.
  const files = generatedFiles();
  await refresh(root, files, await findStale(root, files, []));
}
