import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { BrokenBench } from "./broken.ts";
import type { Variant } from "./variants.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
/** Of wrangler.toml: the Workers that are measured run as the product does. */
export const compatibility = { date: "2026-10-23", flags: ["nodejs_compat"] } as const;

/** esbuild's account of a minified bundle, in `{id}-minified` of the folder. */
export const metafileName = "metafile.json";

/**
 * Bundles a variant as the product is bundled, with its settings of wrangler.toml.
 *
 * @returns the text of its one module
 * @throws BrokenBench  with the words of wrangler
 */
export async function buildVariant(variant: Variant, folder: string, minify = false): Promise<string> {
  const out = join(folder, minify ? `${variant.id}-minified` : variant.id);
  await mkdir(out, { recursive: true });
  const config = join(out, "wrangler.json");
  const api = join(root, "node_modules/@opentelemetry/api/build/esnext/index.js");
  const shell = variant.shell && join(root, "telemetry/kit/shells", variant.shell);
  const settings = {
    name: variant.id,
    main: join(root, "scripts/bench/workers", variant.entry),
    compatibility_date: compatibility.date,
    compatibility_flags: compatibility.flags,
    keep_names: false,
    alias: { "@opentelemetry/api": api, ...(shell && { "#telemetry-shell": shell }) },
  };
  await writeFile(config, JSON.stringify(settings));
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--config", config, "--outdir", out];
  try {
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
    const metafile = join(out, metafileName);
    await run(process.execPath, minify ? [...args, "--minify", "--metafile", metafile] : args, {
      cwd: root,
      env,
    });
    return await readFile(join(out, variant.entry.replace(/ts$/, "js")), "utf8");
  } catch (error) {
    throw new BrokenBench(`Variant ${variant.id} does not bundle: ${(error as Error).message}`);
  }
}
