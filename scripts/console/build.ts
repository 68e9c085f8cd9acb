import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { cacheFolder } from "../stack/build.ts";
import { markUsed, removeUnused } from "../stack/build-cache.ts";
import { withLock } from "../stack/build-lock.ts";

const clone = resolve(import.meta.dirname, "../..");
const home = join(clone, "dashboards/console");

export type ConsoleProgress = {
  /** waiting: another clone builds the same; installing: npm ci; building: vite. */
  readonly step: "waiting" | "installing" | "building";
  readonly seconds: number;
};
export type ConsoleBuildOptions = {
  readonly onProgress?: (progress: ConsoleProgress) => void;
  readonly cache?: string;
  readonly signal?: AbortSignal;
  /** What every process of this run carries in its environment. */
  readonly mark?: Readonly<Record<string, string>>;
};
export type BuiltConsole = {
  readonly dist: string /** False when it was in the cache. */;
  readonly built: boolean;
};

/** The console could not be installed or built; the message says what to do. */
export class ConsoleBuildError extends Error {}

/**
 * Gives the folder of the built console. What another start or another clone has built is taken; else it is
 * installed where that is needed, built beside the cache and moved in whole.
 *
 * @throws ConsoleBuildError
 */
export async function ensureConsole(options: ConsoleBuildOptions = {}): Promise<BuiltConsole> {
  const cache = options.cache ?? cacheFolder();
  const dist = join(cache, `console-${consoleKey()}`);
  if (isBuilt(dist)) {
    await markUsed(dist);
    return { dist, built: false };
  }
  await mkdir(cache, { recursive: true });
  return withLock(
    `${dist}.lock`,
    () => options.onProgress?.({ step: "waiting", seconds: 0 }),
    async () => {
      if (isBuilt(dist)) return { dist, built: false };
      await removeUnused(cache, "console");
      if (!isInstalled())
        await step(
          "installing",
          npm("ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"),
          options,
        );
      const building = join(cache, `.building-console-${process.pid}`);
      try {
        const vite = [process.execPath, join(home, "node_modules/vite/bin/vite.js")];
        await step(
          "building",
          [...vite, "build", "--outDir", building, "--emptyOutDir", "--logLevel", "error"],
          options,
        );
        await rm(dist, { recursive: true, force: true });
        await rename(building, dist);
      } finally {
        await rm(building, { recursive: true, force: true });
      }
      return { dist, built: true };
    },
  );
}

/** Hash of everything that the built files depend on. Dashboards and runbooks are read while it runs, so they do not count. */
export function consoleKey(root = home): string {
  const files = globSync(["*.json", "*.ts", "index.html", "{src,public}/**/*.*"], {
    cwd: root,
    exclude: ["node_modules/**"],
  });
  const hash = createHash("sha256");
  for (const path of files.sort())
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(root, path)));
  return hash.digest("hex").slice(0, 12);
}

const isBuilt = (dist: string) => existsSync(join(dist, "index.html"));

/** Whether the console's packages are there as its lock file asks. npm writes node_modules/.package-lock.json last. */
export function isInstalled(): boolean {
  const read = (path: string): Record<string, { version?: string; optional?: boolean }> => {
    try {
      return JSON.parse(readFileSync(join(home, path), "utf8")).packages;
    } catch {
      return {};
    }
  };
  const [wanted, present] = [read("package-lock.json"), read("node_modules/.package-lock.json")];
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || present[path]?.version === version,
  );
}

/** npm_execpath names the npm that runs us; it is missing when we were started without npm. */
function npm(...args: string[]): string[] {
  const script = process.env.npm_execpath;
  return script?.endsWith("npm-cli.js") ? [process.execPath, script, ...args] : ["npm", ...args];
}

async function step(
  name: "installing" | "building",
  [file = "", ...args]: readonly string[],
  { onProgress, signal, mark }: ConsoleBuildOptions,
): Promise<void> {
  const started = Date.now();
  const tell = () => onProgress?.({ step: name, seconds: Math.round((Date.now() - started) / 1000) });
  tell();
  const ticks = setInterval(tell, 1_000);
  const { code, lines } = await run(file, args, { ...process.env, ...mark }, signal);
  clearInterval(ticks);
  signal?.throwIfAborted();
  if (code !== 0) throw new ConsoleBuildError(explain(name, lines));
}

function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<{ code: number; lines: string[] }> {
  const { promise, resolve: done } = Promise.withResolvers<{ code: number; lines: string[] }>();
  const lines: string[] = [];
  const child = spawn(file, args, {
    cwd: home,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      lines.push(
        ...stripVTControlCharacters(text)
          .split("\n")
          .filter((line) => line.trim() !== ""),
      );
    });
  child.on("error", (error) => done({ code: 1, lines: [...lines, error.message] }));
  child.on("close", (code) => done({ code: code ?? 1, lines }));
  return promise;
}

const causes = [
  [
    /Missing: .* from lock file|in sync/,
    "dashboards/console/package-lock.json does not fit: `git restore` it, or make it anew.",
  ],
  [/ENOSPC|no space left/i, "The disk is full: free about 1 GB."],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network/i,
    "The package registry cannot be reached: see `npm config get registry`.",
  ],
  [/ENOENT.*npm|spawn npm/i, "npm was not found on the PATH."],
] as const;

/** What failed, why where that is known, and the lines of the tool that say so. */
export function explain(name: "installing" | "building", lines: readonly string[]): string {
  const cause = causes.find(([pattern]) => lines.some((line) => pattern.test(line)));
  // What went wrong stands at the line that says so; npm's help and a trail through the bundler's files help nobody.
  const told = lines.filter((line) => !/^\s+at |^npm (warn|error\s*$)/.test(line));
  const first = cause ? told.findIndex((line) => cause[0].test(line)) : told.length - 6;
  const shown = told
    .slice(Math.max(0, first), Math.max(0, first) + 6)
    .map((line) => `  ${line.slice(0, 200)}`);
  const what =
    name === "installing" ? "could not be installed (npm ci in dashboards/console)" : "could not be built";
  return [`The console ${what}.${cause ? ` ${cause[1]}` : ""}`, ...shown].join("\n");
}
