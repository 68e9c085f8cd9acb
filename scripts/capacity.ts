import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { slos } from "../telemetry/slo.ts";
import { findKnee } from "./capacity/knee.ts";
import { parseOptions, usage } from "./capacity/options.ts";
import { plotCapacity } from "./capacity/plot.ts";
import { asMarkdown, type Capacity } from "./capacity/report.ts";
import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { BrokenGate } from "./gate/broken-gate.ts";
import { findK6 } from "./load/find-k6.ts";
import { BrokenRun } from "./load/options.ts";
import { hereAndNow } from "./measured/here-and-now.ts";
import { BuildError } from "./stack/build.ts";
import { screenOn } from "./stack/screen.ts";

// npm run capacity
// Exit 0: measured. 3: it could not be.
process.exitCode = await runCommand(usage, [WrongFlag, BrokenGate, BrokenRun, BuildError], main);

async function main(args: readonly string[]): Promise<number> {
  const { requestsPerDay, rooms, seconds, out } = parseOptions(args);
  const screen = screenOn(process.stderr);
  const k6 = await findK6();
  const promisedMs = promisedLatency();
  // Brings wrangler and Miniflare along, which take seconds to load.
  const { measure } = await import("./capacity/measure.ts");
  const say = (text: string) => screen.status("capacity", text);
  const measured = await measure({ k6, seconds, promisedMs, say });
  screen.clearStatus();
  const { at, machine } = hereAndNow();
  const capacity: Capacity = {
    at: `${at} UTC`,
    ...{ machine, requestsPerDay, rooms, promisedMs, ...measured },
    knee: findKnee(measured.levels, promisedMs),
  };
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "capacity.json"), `${JSON.stringify(capacity, null, 2)}\n`);
  await writeFile(join(out, "capacity.svg"), plotCapacity(capacity));
  await writeFile(join(out, "capacity.md"), asMarkdown(capacity));
  console.log(asMarkdown(capacity).split("\n").slice(4).join("\n"));
  console.log(`Written: ${["json", "svg", "md"].map((kind) => join(out, `capacity.${kind}`)).join(", ")}`);
  return 0;
}

/** What the API promises for a single request, in ms. */
function promisedLatency(): number {
  const { good } = slos["api-latency"].indicator;
  return good.kind === "within" ? good.seconds * 1000 : Number.POSITIVE_INFINITY;
}
