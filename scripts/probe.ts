import { setTimeout as sleep } from "node:timers/promises";
import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { comparisonTable, NoComparison, readComparison } from "./probe/compare.ts";
import { nothingKnown } from "./probe/journey.ts";
import { Meter } from "./probe/meter.ts";
import { type CompareOptions, type ProbeOptions, parseOptions, usage } from "./probe/options.ts";
import { makeRound, onlyLooked, type Round } from "./probe/round.ts";
import { type Status, statusServer } from "./probe/status.ts";

// npm run probe [-- --target URL --from PLACE --once]
process.exitCode = await runCommand(usage, [WrongFlag, NoComparison], main);

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  return "compareSeconds" in options ? await compareSides(options) : await probe(options);
}

async function compareSides(options: CompareOptions): Promise<number> {
  const rows = await readComparison(options);
  console.log(comparisonTable(rows));
  return rows.every(({ agrees }) => agrees) ? 0 : 1;
}

async function probe(options: ProbeOptions): Promise<number> {
  const [meter, memory] = [new Meter(Date.now()), nothingKnown()];
  if (options.once) {
    const round = await makeRound(options, meter, memory);
    console.log(JSON.stringify(round));
    return exitCode(round);
  }
  const status: Status = { last: undefined, lastAtMs: Date.now() };
  await listen(options, status);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  for (;;) {
    const began = Date.now();
    status.last = await makeRound(options, meter, memory);
    status.lastAtMs = Date.now();
    console.log(JSON.stringify(status.last));
    // Rounds begin at a steady pace, and never two at once.
    await sleep(Math.max(0, began + options.everySeconds * 1_000 - Date.now()));
  }
}

function exitCode({ good, metrics }: Round): number {
  if (!good) return 1;
  return metrics === "taken" || metrics === onlyLooked ? 0 : 2;
}

async function listen({ statusPort, everySeconds }: ProbeOptions, status: Status): Promise<void> {
  if (statusPort === undefined) return;
  const server = statusServer(status, everySeconds);
  await new Promise<void>((done, failed) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) =>
      failed(new WrongFlag(code === "EADDRINUSE" ? `--status: port ${statusPort} is in use.` : message)),
    );
    server.listen(statusPort, "127.0.0.1", done);
  });
}
