import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildSpec } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { LogFile } from "./log-file.ts";
import { signalGroup } from "./processes.ts";
import { StartError } from "./start-error.ts";

export type WorkerOptions = {
  readonly folder: DataFolder;
  readonly config: string;
  readonly port: number;
  readonly mark: Readonly<Record<string, string>>;
};

const repository = fileURLToPath(new URL("../../", import.meta.url));
const wrangler = join(repository, "node_modules/wrangler/wrangler-dist/cli.js");
export const defaultWranglerConfig = join(repository, "wrangler.toml");

/** The Worker on workerd, as a child of the supervisor. */
export function workerSpec({ folder, config, port, mark }: WorkerOptions): ChildSpec {
  return {
    title: "Worker",
    file: process.execPath,
    args: [
      ...["--no-warnings", wrangler, "dev", "--config", resolve(config), "--local"],
      ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      ...["--persist-to", folder.state, "--env-file", folder.envFile, "--show-interactive-dev-session=false"],
    ],
    cwd: resolve(config, ".."),
    env: wranglerEnv(folder, mark),
    ready: { url: `http://127.0.0.1:${port}/v1/health`, timeoutSeconds: 60 },
    log: new LogFile(join(folder.logs, "worker.log")),
    // wrangler restarts a workerd that dies. Asking would count as traffic.
    watched: false,
  };
}

/**
 * Applies the migrations of D1 that are missing.
 *
 * @throws StartError with wrangler's words when one fails
 */
export async function migrate(options: Omit<WorkerOptions, "port"> & { signal: AbortSignal }): Promise<void> {
  const { folder, config, mark, signal } = options;
  if (!existsSync(wrangler)) throw new StartError("wrangler is not installed: run `npm ci`.");
  const args = [
    "d1",
    "migrations",
    "apply",
    "DB",
    "--local",
    "--persist-to",
    folder.state,
    "--config",
    resolve(config),
  ];
  const child = spawn(process.execPath, ["--no-warnings", wrangler, ...args], {
    cwd: resolve(config, ".."),
    env: wranglerEnv(folder, mark) as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = () => child.pid !== undefined && signalGroup(child.pid, "SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => lines.push(...text.split("\n")));
  const code = await new Promise<number>((done) =>
    child.on("error", () => done(1)).on("close", (status) => done(status ?? 1)),
  );
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (code === 0) return;
  const tail = lines.filter((line) => line.trim() !== "").slice(-12);
  const fix = tail.some((line) => /ENOSPC|SQLITE_FULL|disk is full/i.test(line))
    ? "The disk is full: free some space."
    : "Mend the file in migrations/, or empty the data with `npm start -- --reset`.";
  throw new StartError(
    ["The migrations of D1 could not be applied.", ...tail.map((line) => `  ${line}`), fix].join("\n"),
  );
}

/** Lines of wrangler that a developer must see: its own errors and warnings, and what failed to bundle. */
export function isWorthShowing(line: string): boolean {
  return /\[ERROR\]|\[wrangler:error\]|Build failed|✘/.test(line);
}

/** No prompts, no colours, no metrics, no request to anywhere, nothing written outside the data folder. */
function wranglerEnv(folder: DataFolder, mark: Readonly<Record<string, string>>) {
  return {
    ...process.env,
    ...mark,
    CI: "1",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    DO_NOT_TRACK: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
    // The banner asks the registry for a newer version.
    WRANGLER_HIDE_BANNER: "true",
    // Else miniflare asks a public address for a sample `request.cf`.
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_LOG_PATH: join(folder.logs, "wrangler"),
    // The default is shared by all of this user's dev servers, and two Workers of one name would call each other.
    WRANGLER_REGISTRY_PATH: join(folder.root, "registry"),
  };
}
