import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { dataFolder } from "../../scripts/stack/data-folder.ts";
import { freePorts } from "../../scripts/stack/free-ports.ts";
import { writeTailConfig } from "../../scripts/stack/tail-config.ts";
import { workerSpec } from "../../scripts/stack/worker-dev.ts";
import { answers, ownFolder, until } from "./started.ts";

const room = resolve(import.meta.dirname, "../worker/telemetry/failing");

/** Runs the Worker that fails on demand, with the Tail Worker behind it. @returns its base URL; it ends with the file */
export async function startFailingWorker(otlpEndpoint: string): Promise<string> {
  const folder = dataFolder(ownFolder());
  await mkdir(folder.logs, { recursive: true });
  // A copy, because wrangler writes beside its configuration.
  const config = join(folder.root, "wrangler.toml");
  const text = await readFile(join(room, "wrangler.toml"), "utf8");
  await writeFile(config, text.replace('"worker.ts"', JSON.stringify(join(room, "worker.ts"))));
  const { api: port } = await freePorts();
  const tailConfig = await writeTailConfig(folder.root, otlpEndpoint);
  const mark = { FRONTDESK_RUN: folder.root };
  const { file, args, cwd, env } = workerSpec({ folder, config, port, mark, tailConfig });
  // Without an env file: this Worker has no secrets.
  const own = args.filter((argument, index) => argument !== "--env-file" && args[index - 1] !== "--env-file");
  spawn(file, own, { cwd, env: env as NodeJS.ProcessEnv, stdio: "ignore" });
  const base = `http://127.0.0.1:${port}`;
  await until(() => answers(base));
  return base;
}
