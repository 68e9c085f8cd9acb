import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { seededRandom } from "../../load/verdict/random.ts";
import { BrokenBench } from "./broken.ts";
import { buildVariant, compatibility } from "./build.ts";
import { startProgress } from "./progress.ts";
import type { BenchRun } from "./run.ts";
import { shuffled } from "./statistics.ts";
import type { VariantId } from "./variants.ts";

/** Milliseconds from the start of the process to its first answer, by variant: one entry for each round. */
export type StartUps = readonly Readonly<Record<VariantId, number>>[];

/** Starts workerd cold, again and again, in interleaved rounds; the route is the plain one, and nothing is exported. */
export async function measureStartUp(run: BenchRun): Promise<StartUps> {
  const rounds = run.quick ? 3 : 15;
  const random = seededRandom(run.seed);
  const progress = startProgress("start-up", rounds);
  const configs = new Map<VariantId, string>();
  for (const variant of run.variants) {
    const code = await buildVariant(variant, run.folder);
    configs.set(variant.id, await writeConfig(join(run.folder, `${variant.id}-start`), code));
  }
  const found: Record<VariantId, number>[] = [];
  for (let round = 0; round < rounds; round++) {
    const times: Partial<Record<VariantId, number>> = {};
    for (const { id } of shuffled(run.variants, random)) times[id] = await startOnce(configs.get(id) ?? "");
    found.push(times as Record<VariantId, number>);
    progress.step();
  }
  progress.done();
  return found;
}

async function writeConfig(folder: string, code: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "worker.js"), code);
  const config = join(folder, "workerd.capnp");
  const flags = compatibility.flags.map((flag) => `"${flag}"`).join(", ");
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${compatibility.date}",
  compatibilityFlags = [${flags}],
  bindings = [(name = "COLLECTOR", text = ""), (name = "ORIGIN", text = "")],
  durableObjectNamespaces = [(className = "Counter", uniqueKey = "counter", enableSql = true)],
  durableObjectStorage = (inMemory = void)
);
`,
  );
  return config;
}

const workerd = createRequire(import.meta.url).resolve("workerd/bin/workerd");

async function startOnce(config: string): Promise<number> {
  const started = performance.now();
  const child = spawn(workerd, ["serve", config, "--experimental", "--control-fd=3"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  try {
    const port = await listening(child.stdio[3] as NodeJS.ReadableStream);
    const answer = await fetch(`http://127.0.0.1:${port}/plain`);
    await answer.text();
    if (!answer.ok) throw new BrokenBench(`A cold workerd answered ${answer.status}.`);
    return performance.now() - started;
  } finally {
    child.kill("SIGKILL");
  }
}

async function listening(control: NodeJS.ReadableStream): Promise<number> {
  let text = "";
  for await (const chunk of control) {
    text += String(chunk);
    const port = /"event":"listen"[^\n]*?"port":(\d+)/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new BrokenBench("workerd ended before it listened.");
}
