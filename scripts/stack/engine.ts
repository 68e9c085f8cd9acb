import { execFile } from "node:child_process";
import type { StackChoice } from "./flags.ts";
import { BuildError, type Env, findGo } from "./go.ts";

export type Engine =
  | { readonly kind: "native"; readonly goVersion: string }
  | { readonly kind: "docker" }
  /** `why` says what is missing and how to get it; empty when none was asked for. */
  | { readonly kind: "none"; readonly why: string };

/** What is found on this machine. Exchanged in tests. */
export type Finders = {
  readonly go: (env: Env) => Promise<{ version: string }>;
  /** Undefined when compose can be used, else why not. */
  readonly compose: (env: Env) => Promise<string | undefined>;
};

/** Chooses what runs the stack: Go, else a container engine, else nothing. A choice that cannot be met becomes none. */
export async function chooseEngine(
  choice: StackChoice,
  env: Env = process.env,
  find: Finders = { go: findGo, compose: composeTrouble },
): Promise<Engine> {
  if (choice === "none") return { kind: "none", why: "" };
  const goTrouble = choice === "docker" ? "" : await noGo(env, find);
  if (typeof goTrouble !== "string") return goTrouble;
  if (choice === "native") return { kind: "none", why: goTrouble };
  const trouble = await find.compose(env);
  if (trouble === undefined) return { kind: "docker" };
  if (choice === "docker") return { kind: "none", why: trouble };
  return { kind: "none", why: `${goTrouble}\nNor is there a container engine to use instead: ${trouble}` };
}

async function noGo(env: Env, find: Finders): Promise<Engine | string> {
  try {
    return { kind: "native", goVersion: (await find.go(env)).version };
  } catch (error) {
    if (error instanceof BuildError) return error.message;
    throw error;
  }
}

/** Asks the docker command whether compose v2 is there and its engine runs. */
export async function composeTrouble(env: Env): Promise<string | undefined> {
  const compose = await run("docker", ["compose", "version", "--short"], env);
  if (compose.missing)
    return "docker was not found on the PATH: install Docker with Compose v2, or use --stack=native.";
  if (!compose.ok || !/^v?([2-9]|\d\d)\./.test(compose.text))
    return "docker has no Compose v2 plugin: install docker-compose-plugin, or use --stack=native.";
  const engine = await run("docker", ["info", "--format", "{{.ServerVersion}}"], env);
  if (!engine.ok)
    return "the docker engine is not running: start it (Docker Desktop, or `sudo systemctl start docker`), or use --stack=native.";
  return undefined;
}

function run(
  file: string,
  args: string[],
  env: Env,
): Promise<{ ok: boolean; missing: boolean; text: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { env: env as NodeJS.ProcessEnv, timeout: 10_000 }, (error, stdout) =>
      resolve({ ok: error === null, missing: error?.code === "ENOENT", text: stdout.trim() }),
    );
  });
}
