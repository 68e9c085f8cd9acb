import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/**
 * A release like this one with one thing changed in its code.
 *
 * @param file  in the repository
 * @returns     its folder, which the caller removes
 */
export function plantedRelease(file: string, from: string, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-planted-"));
  for (const name of ["src", "telemetry", "migrations", "wrangler.toml", "package.json", "tsconfig.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const source = readFileSync(join(folder, file), "utf8");
  if (!source.includes(from)) throw new Error(`${file} does not hold "${from}" any more`);
  writeFileSync(join(folder, file), source.replace(from, to));
  return folder;
}
