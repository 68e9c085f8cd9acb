import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { signalGroup } from "./processes.ts";
import { StartError } from "./start-error.ts";
import { type WorkerOptions, wrangler, wranglerEnv } from "./worker-dev.ts";

type MigrateOptions = Omit<WorkerOptions, "port"> & { readonly signal: AbortSignal };

/**
 * Applies the migrations of D1 that are missing. When none has changed since the last time, wrangler is not asked.
 *
 * @throws StartError with wrangler's words when one fails
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { folder, config, signal } = options;
  if (!existsSync(wrangler)) throw new StartError("wrangler is not installed: run `npm ci`.");
  // Inside the state, so that it goes where the database goes.
  const stamp = join(folder.state, "frontdesk-migrations");
  const wanted = digest(resolve(config, "..", "migrations"));
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return;
  const { code, lines } = await apply(options);
  signal.throwIfAborted();
  if (code !== 0) throw failure(lines);
  await mkdir(folder.state, { recursive: true });
  await writeFile(stamp, wanted);
}

function digest(folder: string): string {
  const hash = createHash("sha256");
  for (const name of globSync("*.sql", { cwd: folder }).sort())
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

async function apply({
  folder,
  config,
  mark,
  signal,
}: MigrateOptions): Promise<{ code: number; lines: string[] }> {
  const args = ["--local", "--persist-to", folder.state, "--config", resolve(config)];
  const child = spawn(
    process.execPath,
    ["--no-warnings", wrangler, "d1", "migrations", "apply", "DB", ...args],
    {
      cwd: resolve(config, ".."),
      env: wranglerEnv(folder, mark) as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    },
  );
  const stop = () => child.pid !== undefined && signalGroup(child.pid, "SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => lines.push(...text.split("\n")));
  const code = await new Promise<number>((done) =>
    child.on("error", () => done(1)).on("close", (status) => done(status ?? 1)),
  );
  signal.removeEventListener("abort", stop);
  return { code, lines };
}

function failure(lines: readonly string[]): StartError {
  const tail = lines.filter((line) => line.trim() !== "").slice(-12);
  const fix = tail.some((line) => /ENOSPC|SQLITE_FULL|disk is full/i.test(line))
    ? "The disk is full: free some space."
    : "Mend the file in migrations/, or empty the data with `npm start -- --reset`.";
  const shown = tail.map((line) => `  ${line}`);
  return new StartError(["The migrations of D1 could not be applied.", ...shown, fix].join("\n"));
}
