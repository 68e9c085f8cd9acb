import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm, statfs } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markUsed, removeUnused } from "./build-cache.ts";
import { withLock } from "./build-lock.ts";
import { type BuildableName, buildable } from "./checkers.ts";
import { BuildError, buildEnv, type Env, findGo, type Go, goFolders, runBuildStep } from "./go.ts";
import type { Native } from "./tools.ts";

export { BuildError, type BuildProblem, findGo } from "./go.ts";

export type BuildProgress = {
  readonly tool: BuildableName;
  readonly title: string;
  /** waiting: another process builds it; fetching: Go modules; compiling: Go packages. */
  readonly phase: "waiting" | "fetching" | "compiling";
  readonly seconds: number;
  /** Modules fetched or packages compiled so far. */
  readonly count: number;
};

export type BuildOptions = {
  readonly onProgress?: (progress: BuildProgress) => void;
  readonly cache?: string;
  readonly env?: Env;
  readonly signal?: AbortSignal;
};

export type Built = {
  /** Executable name → absolute path. */
  readonly binaries: Readonly<Record<string, string>>;
  /** False when it was in the cache. */
  readonly built: boolean;
};

const repository = fileURLToPath(new URL("../../", import.meta.url));
const modules = join(repository, "scripts/stack/modules");
const freeBytesNeeded = 3e9;

/**
 * Gives the executables of a tool, building them into the cache if they are not there.
 * Safe to call from several processes at once; a build that dies leaves nothing that looks finished.
 *
 * @throws BuildError whose message says what to do
 */
export async function ensureTool(name: BuildableName, options: BuildOptions = {}): Promise<Built> {
  const { native, title } = buildable[name];
  if (native.kind === "node")
    return { binaries: { [native.script]: join(repository, native.script) }, built: false };
  const cache = options.cache ?? cacheFolder(options.env);
  const folder = join(cache, `${name}-${buildKey(name)}`);
  if (isComplete(native, folder)) {
    await markUsed(folder);
    return { binaries: paths(native, folder), built: false };
  }
  const env = options.env ?? process.env;
  const go = await findGo(env);
  await mkdir(cache, { recursive: true }).catch(diskFull);
  const report = progressOf(name, title, options.onProgress);
  return withLock(
    `${folder}.lock`,
    () => report("waiting"),
    async () => {
      if (isComplete(native, folder)) return { binaries: paths(native, folder), built: false };
      await removeUnused(cache, name);
      const building = join(cache, `.building-${name}-${process.pid}`);
      try {
        await checkSpace([cache, tmpdir(), ...(await goFolders(go, env))]);
        await mkdir(join(building, "bin"), { recursive: true });
        await build(name, native, { building, go, env: buildEnv(go, env), signal: options.signal, report });
        await rm(folder, { recursive: true, force: true });
        await rename(join(building, "bin"), folder);
      } catch (error) {
        throw diskFull(error);
      } finally {
        await rm(building, { recursive: true, force: true });
      }
      return { binaries: paths(native, folder), built: true };
    },
  );
}

/** `${XDG_CACHE_HOME:-~/.cache}/frontdesk`, shared by every clone of this user. */
export function cacheFolder(env: Env = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "frontdesk");
}

/** Hash of everything that a build depends on: recipe, go.mod, go.sum, component list, platform. */
export function buildKey(name: BuildableName, root = repository): string {
  const { native } = buildable[name];
  const hash = createHash("sha256").update(
    JSON.stringify([native, buildFlags, process.platform, process.arch]),
  );
  for (const path of inputs(name)) hash.update(path).update(readFileSync(join(root, path)));
  return hash.digest("hex").slice(0, 12);
}

function inputs(name: BuildableName): string[] {
  const { native } = buildable[name];
  if (native.kind === "node") return [native.script];
  const files = (module: string) => [
    `scripts/stack/modules/${module}/go.mod`,
    `scripts/stack/modules/${module}/go.sum`,
  ];
  return native.kind === "go"
    ? files(name)
    : [...files("collector-builder"), ...files("collector"), native.components];
}

type GoNative = Exclude<Native, { kind: "node" }>;
type Job = {
  building: string;
  go: Go;
  env: Env;
  signal: AbortSignal | undefined;
  report: (phase: BuildProgress["phase"], count?: number) => void;
};

// No debug information: a sixth less to compile, and the linker would drop it anyway.
const buildFlags = [
  "-mod=readonly",
  "-trimpath",
  "-buildvcs=false",
  "-gcflags=all=-dwarf=false",
  "-ldflags=-s -w",
  "-v",
];

async function build(name: BuildableName, native: GoNative, job: Job): Promise<void> {
  if (native.kind === "go")
    return goBuild(name, join(modules, name), Object.entries(native.packages), native.tags, job);
  // The builder writes main.go from the component list; go.mod and go.sum are ours, so nothing is resolved anew.
  const sources = join(job.building, "build");
  await goBuild(name, join(modules, "collector-builder"), [["../builder", native.module]], [], job);
  await mkdir(sources);
  for (const file of ["go.mod", "go.sum"]) await cp(join(modules, "collector", file), join(sources, file));
  await cp(join(repository, native.components), join(job.building, "builder.yaml"));
  const generate = ["--config=builder.yaml", "--skip-compilation", "--skip-get-modules"];
  await runBuildStep(buildable[name].title, join(job.building, "builder"), generate, {
    cwd: job.building,
    env: job.env,
    signal: job.signal,
  });
  await goBuild(name, sources, [[native.binary, "."]], [], job);
}

async function goBuild(
  name: BuildableName,
  cwd: string,
  packages: [string, string][],
  tags: readonly string[],
  job: Job,
): Promise<void> {
  let fetched = 0;
  let compiled = 0;
  const onLine = (line: string) => {
    if (line.startsWith("go: downloading")) job.report("fetching", ++fetched);
    else if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) job.report("compiling", ++compiled);
  };
  job.report("fetching", 0);
  for (const [binary, path] of packages) {
    const target = join(job.building, "bin", executable(binary));
    const args = ["build", ...buildFlags, `-tags=${tags.join(",")}`, "-o", target, path];
    await runBuildStep(buildable[name].title, job.go.path, args, {
      cwd,
      env: job.env,
      signal: job.signal,
      onLine,
    });
  }
}

const executable = (name: string) => (process.platform === "win32" ? `${name}.exe` : name);

function paths(native: GoNative, folder: string): Record<string, string> {
  const names = native.kind === "go" ? Object.keys(native.packages) : [native.binary];
  return Object.fromEntries(names.map((name) => [name, join(folder, executable(name))]));
}

const isComplete = (native: GoNative, folder: string) =>
  Object.values(paths(native, folder)).every((path) => existsSync(path));

function progressOf(
  tool: BuildableName,
  title: string,
  onProgress: BuildOptions["onProgress"],
): Job["report"] {
  const start = Date.now();
  return (phase, count = 0) =>
    onProgress?.({ tool, title, phase, seconds: Math.round((Date.now() - start) / 1000), count });
}

async function checkSpace(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free < freeBytesNeeded) {
      const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
      throw new BuildError(
        "disk-full",
        `${folder} has ${gigabytes(free)} GB free, a build needs ${gigabytes(freeBytesNeeded)} GB. Free some, or start with --stack=none.`,
      );
    }
  }
}

function diskFull(error: unknown): never {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    throw new BuildError("disk-full", `The disk of ${path ?? "the cache folder"} is full: free about 8 GB.`);
  throw error;
}
