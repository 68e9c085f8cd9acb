import { type ExecFileOptions, execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { atEnd } from "./at-end.ts";
import { BrokenGate } from "./broken-gate.ts";
import { addWorkTree, pruneWorkTrees } from "./work-tree.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

/** One of the two that are compared, with its source on the disk. */
export type Release = {
  /** As it was asked for. */
  readonly name: string;
  readonly folder: string;
  /** Short commit; `+changes` when the folder holds more than its commit, empty outside of git. */
  readonly commit: string;
  readonly remove: () => Promise<void>;
};

/**
 * Puts the source of a release beside this one, with its packages.
 *
 * @param name        a folder that holds a wrangler.toml, else anything that git can resolve
 * @param scratch     folder for a work tree of its own
 * @param repository  where git looks
 * @throws BrokenGate for what is neither, or cannot be installed
 */
export async function checkOut(name: string, scratch: string, repository = root): Promise<Release> {
  const folder = resolve(name);
  if (existsSync(join(folder, "wrangler.toml"))) {
    if (!existsSync(join(folder, "node_modules")))
      throw new BrokenGate(`${name} has no node_modules: run \`npm ci\` in it first.`);
    return { name, folder, commit: await commitOf(folder), remove: async () => {} };
  }
  const commit = await resolveCommit(name, repository);
  const tree = join(scratch, "tree");
  pruneWorkTrees(repository);
  const remove = addWorkTree(repository, tree, commit);
  const release = { name, folder: tree, commit: commit.slice(0, 7), remove: async () => remove() };
  try {
    await install(tree, name, repository);
    return release;
  } catch (error) {
    await release.remove();
    throw error;
  }
}

async function resolveCommit(name: string, repository: string): Promise<string> {
  const found = await git(repository, "rev-parse", "--verify", "--quiet", `${name}^{commit}`).catch(() => "");
  if (found !== "") return found;
  throw new BrokenGate(
    `"${name}" is neither a folder with a wrangler.toml nor a commit, tag or branch that git knows here.`,
  );
}

/** With the same lock file the packages of this folder are those of the release. */
async function install(tree: string, name: string, repository: string): Promise<void> {
  const lockOf = (folder: string) => readFileSync(join(folder, "package-lock.json"), "utf8");
  if (lockOf(tree) === lockOf(repository))
    return symlink(join(repository, "node_modules"), join(tree, "node_modules"));
  process.stderr.write(`Installing the packages of ${name}, whose lock file is another …\n`);
  await runToEnd("npm", ["ci", "--no-audit", "--no-fund"], { cwd: tree }).catch(
    (error: { stderr?: string }) => {
      throw new BrokenGate(`The packages of ${name} cannot be installed: ${lastLine(error.stderr)}`);
    },
  );
}

/**
 * Bundles a release with its own packages and settings.
 *
 * @returns the text of its one module
 * @throws BrokenGate with wrangler's last words
 */
export async function bundle({ folder, name }: Release, scratch: string): Promise<string> {
  const out = join(scratch, "bundle");
  await mkdir(out, { recursive: true });
  const wrangler = join(folder, "node_modules/wrangler/bin/wrangler.js");
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: join(scratch, "wrangler"),
    NO_COLOR: "1",
  };
  const args = [wrangler, "deploy", "--dry-run", "--outdir", out];
  await runToEnd(process.execPath, args, { cwd: folder, env }).catch((error: { stderr?: string }) => {
    throw new BrokenGate(`${name} does not bundle: ${lastLine(error.stderr)}`);
  });
  return readFileSync(join(out, "worker.js"), "utf8");
}

/** Runs a program that does not outlive this process. */
async function runToEnd(file: string, args: readonly string[], options: ExecFileOptions): Promise<void> {
  const running = run(file, args, options);
  const forget = atEnd(() => void running.child.kill("SIGKILL"));
  await running.finally(forget);
}

async function commitOf(folder: string): Promise<string> {
  const commit = await git(folder, "rev-parse", "--short", "HEAD").catch(() => "");
  if (commit === "") return "";
  return (await git(folder, "status", "--porcelain")) === "" ? commit : `${commit}+changes`;
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("git", args, { cwd, maxBuffer: 1e7 });
  return stdout.trim();
}

const lastLine = (text = "") => text.trim().split("\n").at(-1) ?? "";
