import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { slos } from "../telemetry/slo.ts";
import { findKnee } from "./capacity/knee.ts";
import { parseOptions, usage } from "./capacity/options.ts";
import { plotCapacity } from "./capacity/plot.ts";
import { asMarkdown, type Capacity } from "./capacity/report.ts";
import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { BrokenGate } from "./gate/broken-gate.ts";
import { BuildError, ensureTool } from "./stack/build.ts";
import { screenOn } from "./stack/screen.ts";

// npm run capacity
// Exit 0: measured. 3: it could not be.
process.exitCode = await runCommand(usage, [WrongFlag, BrokenGate, BuildError], main);

async function main(args: readonly string[]): Promise<number> {
  const { requestsPerDay, rooms, seconds, out } = parseOptions(args);
  const screen = screenOn(process.stderr);
  const { binaries } = await ensureTool("k6", {
    onProgress: ({ title, phase, seconds: since }) => screen.status(phase, `${title}: ${phase}, ${since} s`),
  });
  if (!binaries.k6) throw new BrokenGate("k6 was not built; run again.");
  const promisedMs = promisedLatency();
  // Brings wrangler and Miniflare along, which take seconds to load.
  const { measure } = await import("./capacity/measure.ts");
  const say = (text: string) => screen.status("capacity", text);
  const measured = await measure({ k6: binaries.k6, seconds, promisedMs, say });
  screen.clearStatus();
  const capacity: Capacity = {
    ...{ at: `${new Date().toISOString().slice(0, 16)} UTC`, commit: commit(), machine: machine() },
    ...{ requestsPerDay, rooms, promisedMs, ...measured, knee: findKnee(measured.levels, promisedMs) },
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

function commit(): string {
  return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
}

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`;
}
