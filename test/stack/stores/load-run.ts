import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Summary } from "../../../scripts/load/run-k6.ts";

const script = resolve(import.meta.dirname, "../../../scripts/load.ts");

export type Finished = { readonly exit: number; readonly stdout: string; readonly stderr: string };

/** `npm run load -- …` as a person would run it. */
export async function load(...args: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk: Buffer) => {
      said[name] += chunk.toString();
    });
  const [exit] = (await once(child, "close")) as [number];
  return { exit, ...said };
}

/** A load run whose JSON summary is read too. */
export async function loadWithSummary(...args: string[]): Promise<Finished & { readonly summary: Summary }> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-summary-"));
  try {
    const file = join(folder, "summary.json");
    const finished = await load(...args, "--json", file);
    const text = await readFile(file, "utf8").catch(() => {
      throw new Error(
        `the run left no summary (exit ${finished.exit})\n${finished.stdout}${finished.stderr}`,
      );
    });
    return { ...finished, summary: JSON.parse(text) as Summary };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
