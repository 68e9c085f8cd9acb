import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { type Injected, inject, type SourceMap } from "./inject.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
export const bundleName = "worker.js";

/**
 * Bundles the Worker without deploying it, injects the debug id and leaves both files in `outdir`.
 *
 * @param environment  of wrangler.toml: staging or production
 * @param outdir       is emptied first
 */
export async function buildInjected(
  environment: "staging" | "production",
  outdir: string,
): Promise<Injected> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--outdir", outdir, "--env", environment];
  await run(process.execPath, args, {
    cwd: root,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
  });
  const [codeFile, mapFile] = [join(outdir, bundleName), join(outdir, `${bundleName}.map`)];
  const map: SourceMap = JSON.parse(await readFile(mapFile, "utf8"));
  // Paths from the top of the repository: where it was built is nobody's concern.
  const sources = map.sources.map((source) => relative(root, resolve(outdir, source)));
  const injected = inject(bundleName, await readFile(codeFile, "utf8"), { ...map, sources });
  await writeFile(codeFile, injected.code);
  await writeFile(mapFile, JSON.stringify(injected.map));
  return injected;
}

/** The release as a deploy names it: the short SHA of the commit. */
export async function releaseHere(): Promise<string> {
  const { stdout } = await run("git", ["rev-parse", "--short", "HEAD"], { cwd: root });
  return stdout.trim();
}
