import { execFile, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { setPriority } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";

export type Env = Readonly<Record<string, string | undefined>>;
export type Go = { readonly path: string; readonly version: string };
export type BuildProblem = "go-missing" | "go-too-old" | "disk-full" | "no-network" | "failed" | "stopped";

/** Go that can fetch the toolchain a module asks for. */
const oldestGo = [1, 21] as const;
const install = "Install Go 1.21 or newer from https://go.dev/dl/, or start with --stack=none.";

/** A native build that could not be made. The message says what to do. */
export class BuildError extends Error {
  readonly problem: BuildProblem;
  constructor(problem: BuildProblem, message: string) {
    super(message);
    this.name = "BuildError";
    this.problem = problem;
  }
}

/**
 * Finds the Go command on the PATH.
 *
 * @throws BuildError `go-missing` or `go-too-old`
 */
export async function findGo(env: Env = process.env): Promise<Go> {
  const path = candidates(env).find(isExecutable);
  if (!path) throw new BuildError("go-missing", `Go was not found on the PATH. ${install}`);
  const version = /go(\d+)\.(\d+)(\.\d+)?/.exec(await output(path, ["version"], env));
  if (!version) throw new BuildError("go-missing", `${path} does not answer "go version". ${install}`);
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < oldestGo[0] || (major === oldestGo[0] && minor < oldestGo[1])) {
    throw new BuildError("go-too-old", `${path} is Go ${major}.${minor}. ${install}`);
  }
  return { path, version: version[0].slice(2) };
}

function candidates(env: Env): string[] {
  const name = process.platform === "win32" ? "go.exe" : "go";
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Folders that a build fills: Go's build cache and its module cache. */
export async function goFolders(go: Go, env: Env): Promise<string[]> {
  return (await output(go.path, ["env", "GOCACHE", "GOMODCACHE"], env))
    .split("\n")
    .filter((line) => line !== "");
}

function output(file: string, args: string[], env: Env): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { env: env as NodeJS.ProcessEnv }, (_error, stdout) => resolve(stdout.trim()));
  });
}

type Run = { cwd: string; env: Env; signal?: AbortSignal | undefined; onLine?: (line: string) => void };

/**
 * Runs a command of a build at low priority, so that the API stays quick beside it.
 *
 * @param what  named in the error, e.g. `Tempo`
 * @throws BuildError with the last lines of its output
 */
export async function runBuildStep(what: string, file: string, args: string[], run: Run): Promise<void> {
  const last: string[] = [];
  const child = spawn(file, args, {
    cwd: run.cwd,
    env: run.env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
    signal: run.signal,
  });
  lowerPriority(child.pid);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      run.onLine?.(line);
      last.push(line);
      if (last.length > 40) last.shift();
    });
  }
  const code = await new Promise<number | Error>((resolve) =>
    child.on("error", resolve).on("close", (status) => resolve(status ?? 1)),
  );
  if (run.signal?.aborted) throw new BuildError("stopped", `The build of ${what} was stopped.`);
  if (code !== 0) throw explain(what, code instanceof Error ? [code.message] : last);
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid) setPriority(pid, 10);
  } catch {
    // Not allowed, or gone already: the build runs at normal priority.
  }
}

const explanations: readonly { problem: BuildProblem; sign: RegExp; fix: string }[] = [
  {
    problem: "disk-full",
    sign: /no space left on device|ENOSPC|disk quota exceeded/i,
    fix: "The disk is full. The tools together need about 8 GB the first time.",
  },
  {
    problem: "go-too-old",
    sign: /requires go >= .*GOTOOLCHAIN=local|toolchain not available/i,
    fix: "Unset GOTOOLCHAIN so that Go fetches the toolchain it needs, or install a newer Go.",
  },
  {
    problem: "no-network",
    sign: /dial tcp|no such host|i\/o timeout|TLS handshake timeout|proxyconnect|connection refused|module lookup disabled/i,
    fix: "The Go modules could not be fetched: check the network and GOPROXY, then start again; what is there already is kept.",
  },
];

/** Turns the end of a failed build's output into one message that says what to do. */
export function explain(what: string, lines: readonly string[]): BuildError {
  const text = lines.join("\n");
  const known = explanations.find(({ sign }) => sign.test(text));
  const tail = lines.filter((line) => line.trim() !== "").slice(-8);
  const head =
    known?.fix ?? "Start again; if it fails again, start with --stack=none and report these lines:";
  return new BuildError(
    known?.problem ?? "failed",
    [`${what} could not be built. ${head}`, ...tail.map((line) => `  ${line}`)].join("\n"),
  );
}

/** Environment of a build: ours where the result depends on it, the user's for proxies and caches. */
export function buildEnv(go: Go, env: Env): Env {
  const { GOOS: _os, GOARCH: _arch, ...rest } = env;
  return {
    ...rest,
    PATH: `${dirname(go.path)}${delimiter}${env.PATH ?? ""}`,
    CGO_ENABLED: "0",
    GOWORK: "off",
  };
}
