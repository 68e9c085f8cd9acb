import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { LoadResult } from "../../../scripts/load/result.ts";

const script = resolve(import.meta.dirname, "../../../scripts/load.ts");

export type Finished = { readonly exit: number; readonly stdout: string; readonly stderr: string };

/** `npm run load -- …` as a person would run it. */
export const load = (...args: string[]): Promise<Finished> => loadWith({}, ...args);

/** The same with some variables of the environment. */
export async function loadWith(env: Record<string, string>, ...args: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk: Buffer) => {
      said[name] += chunk.toString();
    });
  const [exit] = (await once(child, "close")) as [number];
  return { exit, ...said };
}

/** A load run whose JSON result is read too. */
export async function loadWithResult(
  env: Record<string, string>,
  ...args: string[]
): Promise<Finished & { readonly result: LoadResult }> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-result-"));
  try {
    const file = join(folder, "verdict.json");
    const finished = await loadWith(env, ...args, "--json", file);
    const text = await readFile(file, "utf8").catch(() => {
      throw new Error(`the run left no result (exit ${finished.exit})\n${finished.stdout}${finished.stderr}`);
    });
    return { ...finished, result: JSON.parse(text) as LoadResult };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
