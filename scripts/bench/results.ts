import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { type HereAndNow, hereAndNow } from "../measured/here-and-now.ts";
import type { Exports } from "./exports.ts";
import type { Faults } from "./faults.ts";
import type { Retained } from "./memory.ts";
import type { Overhead } from "./overhead.ts";
import type { Size } from "./size.ts";
import type { StartUps } from "./start-up.ts";
import { type VariantId, variants } from "./variants.ts";

const root = resolve(import.meta.dirname, "../..");
export const resultsFile = join(root, "docs/performance.json");

type ByVariant<T> = Readonly<Partial<Record<VariantId, T>>>;

/** What each measurement found; one that was not made yet is absent. */
export type Measured = {
  readonly overhead?: Overhead;
  readonly exports?: ByVariant<Exports>;
  readonly retained?: ByVariant<Retained>;
  readonly size?: ByVariant<Size>;
  readonly faults?: Faults;
  readonly "start-up"?: StartUps;
};
export type MeasurementName = keyof Measured;

/** When and on what a measurement was made. */
export type Circumstances = HereAndNow & {
  /** Runnable processes a core before and after: above 1 others used the machine too, and only ratios count. */
  readonly loadPerCore: readonly [number, number];
  readonly versions: Readonly<Record<string, string>>;
};

export type Results = {
  readonly measured: Measured;
  readonly circumstances: Readonly<Partial<Record<MeasurementName, Circumstances>>>;
};

export async function readResults(): Promise<Results> {
  try {
    return JSON.parse(await readFile(resultsFile, "utf8")) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { measured: {}, circumstances: {} };
    throw error;
  }
}

/** Numbers are kept to a tenth: more is noise. */
export async function writeResults(results: Results): Promise<void> {
  const rounded = (_key: string, value: unknown) =>
    typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
  const text = JSON.stringify(results, rounded, 1).replace(/\n {5,}/g, " ");
  await writeFile(resultsFile, `${text}\n`);
}

export const loadPerCore = (): number => (loadavg()[0] ?? 0) / cpus().length;

export async function circumstances(loadBefore: number): Promise<Circumstances> {
  return {
    ...hereAndNow(),
    loadPerCore: [loadBefore, loadPerCore()],
    versions: await versions(),
  };
}

async function versions(): Promise<Record<string, string>> {
  const names = ["workerd", "miniflare", "hono", ...new Set(variants.flatMap(({ packages }) => packages))];
  const found: Record<string, string> = {};
  for (const name of names) {
    const manifest = await readFile(join(root, "node_modules", name, "package.json"), "utf8");
    found[name] = (JSON.parse(manifest) as { version: string }).version;
  }
  return found;
}
