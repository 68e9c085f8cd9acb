import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** When, of what and on what something is measured. */
export type HereAndNow = {
  /** UTC, to the minute, e.g. `2026-11-21T20:00`. */
  readonly at: string;
  /** Short; what was changed since is not told. */
  readonly commit: string;
  readonly machine: string;
};

export function hereAndNow(): HereAndNow {
  const processors = cpus();
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return {
    at: new Date().toISOString().slice(0, 16),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim(),
    machine: `${processors.length} × ${processors[0]?.model.trim()}, ${memoryGb} GB, ${process.platform}`,
  };
}
