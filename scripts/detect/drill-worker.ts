import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { bundle } from "../bundle/dry-run.ts";
import { defaultWranglerConfig } from "../stack/worker-dev.ts";
import { BrokenDrill } from "./broken-drill.ts";

const entry = resolve(import.meta.dirname, "worker/worker.ts");

/**
 * Bundles the product behind faults. wrangler would watch the sources, and an edit during a drill would begin a new
 * isolate, which knows of no fault.
 *
 * @returns its configuration: the product's own, with this bundle, and without the Tail Worker
 * @throws BrokenDrill
 */
export async function writeDrillWorker(folder: string): Promise<string> {
  const house = dirname(defaultWranglerConfig);
  const [local = ""] = (await readFile(defaultWranglerConfig, "utf8")).split("\n# ── staging");
  const own = edited(local, [
    [/^migrations_dir = .*$/m, `migrations_dir = ${JSON.stringify(join(house, "migrations"))}`],
    [/^\[\[tail_consumers\]\]\nservice = .*$/m, ""],
  ]);
  const sources = join(folder, "sources.toml");
  await mkdir(folder, { recursive: true });
  await writeFile(
    sources,
    edited(own, [
      [mainLine, `main = ${JSON.stringify(entry)}`],
      [/"\.\/node_modules\//, `"${house}/node_modules/`],
    ]),
  );
  const bundled = await bundle("local", ["--config", sources]);
  if (bundled.outcome === "failed") throw new BrokenDrill(`The drill's Worker: ${bundled.message}`);
  await writeFile(join(folder, "worker.js"), bundled.code);
  const config = join(folder, "wrangler.toml");
  await writeFile(
    config,
    edited(own, [
      [mainLine, 'main = "worker.js"\nno_bundle = true'],
      [/^alias = .*$/m, ""],
    ]),
  );
  return config;
}

const mainLine = /^main = .*$/m;

function edited(text: string, edits: readonly (readonly [RegExp, string])[]): string {
  return edits.reduce((left, [what, by]) => {
    if (!what.test(left)) throw new BrokenDrill(`wrangler.toml has no ${what}`);
    return left.replace(what, () => by);
  }, text);
}
