import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StartError } from "./start-error.ts";

const marker = "FRONTDESK-DATA";
const markerText = "Data of a local Frontdesk. `npm start -- --reset` empties this folder.\n";

export type DataFolder = {
  readonly root: string;
  /** D1, Durable Objects, R2 and KV of workerd. */
  readonly state: string;
  readonly secretsFile: string;
  readonly envFile: string;
  readonly runFile: string;
  readonly logs: string;
  readonly config: string;
  /** Folder of one tool of the stack. */
  tool(name: string): string;
};

/** Names the places inside a data folder, without touching the disk. */
export function dataFolder(path: string): DataFolder {
  const root = resolve(path);
  return {
    root,
    state: join(root, "state"),
    secretsFile: join(root, "secrets.json"),
    envFile: join(root, "worker.env"),
    runFile: join(root, "run.json"),
    logs: join(root, "logs"),
    config: join(root, "config"),
    tool: (name) => join(root, "tools", name),
  };
}

/**
 * Makes the folder and its marker, or finds them.
 *
 * @throws StartError when the folder holds something else, or cannot be written
 */
export async function openDataFolder({ root, logs }: DataFolder): Promise<void> {
  await requireOurs(root);
  try {
    await mkdir(logs, { recursive: true });
    await writeFile(join(root, marker), markerText);
  } catch (error) {
    throw unwritable(root, error);
  }
}

/** Deletes what is inside; nobody may be running in it. Keeps what does not carry our marker. */
export async function resetDataFolder({ root, runFile }: DataFolder): Promise<void> {
  await requireOurs(root);
  for (const name of existsSync(root) ? await readdir(root) : []) {
    const path = join(root, name);
    if (path !== runFile && name !== marker) await rm(path, { recursive: true, force: true });
  }
}

async function requireOurs(root: string): Promise<void> {
  if (!existsSync(root)) return;
  const names = await readdir(root).catch((error: unknown) => {
    throw unwritable(root, error);
  });
  if (names.length > 0 && !names.includes(marker))
    throw new StartError(
      `${root} is not empty and not a data folder of Frontdesk (it has no ${marker}): choose another with --data DIR.`,
    );
}

function unwritable(root: string, error: unknown): StartError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new StartError(
      `The disk is full: ${root} cannot be written. Free some space, or choose --data DIR elsewhere.`,
    );
  return new StartError(
    `${root} cannot be used as data folder (${code ?? message}): choose another with --data DIR.`,
  );
}
