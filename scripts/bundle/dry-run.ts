import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** The environments of wrangler.toml; `local` is its top level. */
export const environments = ["local", "staging", "production"] as const;
export type Environment = (typeof environments)[number];

export type Bundled =
  | {
      readonly outcome: "bundled";
      readonly bytes: number;
      readonly gzipBytes: number;
      readonly code: string;
      /** The files that it was made of. */
      readonly inputs: readonly string[];
      readonly log: string;
    }
  | { readonly outcome: "failed"; readonly message: string };

/**
 * Runs `wrangler deploy --dry-run` for one environment; nothing leaves the machine.
 *
 * @param more  further flags of wrangler, e.g. `--alias`
 */
export async function bundle(environment: Environment, more: readonly string[] = []): Promise<Bundled> {
  const outdir = await mkdtemp(join(tmpdir(), "frontdesk-bundle-"));
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  // The empty name chooses the top level and silences wrangler's question which environment is meant.
  const args = [
    "deploy",
    "--dry-run",
    "--outdir",
    outdir,
    "--env",
    environment === "local" ? "" : environment,
    "--metafile",
    join(outdir, "meta.json"),
    ...more,
  ];
  try {
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
    const { stdout, stderr } = await run(process.execPath, [wrangler, ...args], { cwd: root, env });
    const code = await readFile(join(outdir, "worker.js"));
    const { inputs } = JSON.parse(await readFile(join(outdir, "meta.json"), "utf8"));
    return {
      outcome: "bundled",
      bytes: code.length,
      gzipBytes: gzipSync(code).length,
      code: code.toString(),
      inputs: Object.keys(inputs),
      log: stdout + stderr,
    };
  } catch (error) {
    return { outcome: "failed", message: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
