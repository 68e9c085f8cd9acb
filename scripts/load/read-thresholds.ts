import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Thresholds } from "../../load/thresholds.ts";
import { BrokenRun } from "./options.ts";

const generated = fileURLToPath(new URL("../../load/generated/thresholds.json", import.meta.url));

/**
 * What k6 and the verdict judge by.
 *
 * @throws BrokenRun when the generated file is missing or is not what `npm run generate` writes
 */
export async function readThresholds(file = generated): Promise<Thresholds> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new BrokenRun("load/generated/thresholds.json is missing: run `npm run generate`.");
  const found = parsed(text);
  if (!Array.isArray(found?.promises) || found.promises.length === 0)
    throw new BrokenRun("load/generated/thresholds.json holds no promises: run `npm run generate`.");
  return found as Thresholds;
}

function parsed(text: string): Partial<Thresholds> | null {
  try {
    return JSON.parse(text) as Partial<Thresholds> | null;
  } catch {
    return null;
  }
}
