import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "vitest";
import { processesMarked } from "../../scripts/stack/processes.ts";

const root = resolve(import.meta.dirname, "../..");
const folders: string[] = [];

/** A data folder of its own; what runs in it is ended, and it is deleted, after the file. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-own-"));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) {
    for (const { pid } of processesOf(folder)) process.kill(pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Every living process that was started for this data folder, the supervisor itself not included. */
export const processesOf = (folder: string) => processesMarked(`FRONTDESK_RUN=${folder}`);

export type Started = {
  readonly child: ChildProcess;
  /** All that it wrote so far. */
  readonly text: () => string;
  /** Waits until this was written; fails with what was written when it ends first. */
  readonly says: (what: RegExp) => Promise<RegExpMatchArray>;
  readonly ended: Promise<number | NodeJS.Signals | null>;
};

/** Runs `npm start` as a process of its own, the way the package.json does but without npm. */
export function start(folder: string, flags: readonly string[], env: Record<string, string> = {}): Started {
  const args = ["scripts/start.ts", "--free-ports", "--no-console", "--data", folder, ...flags];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
  const ended = new Promise<number | NodeJS.Signals | null>((done) =>
    child.on("close", (code, signal) => done(signal ?? code)),
  );
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const says = async (what: RegExp) => {
    for (;;) {
      const match = what.exec(text);
      if (match) return match;
      if (isOver) throw new Error(`it ended without saying ${what}:\n${text}`);
      await sleep(20);
    }
  };
  return { child, text: () => text, says, ended };
}

/** Base URL of the API, once it answers. */
export async function apiOf({ says }: Started): Promise<string> {
  return (await says(/The API answers on (http:\/\/localhost:\d+)/))[1] ?? "";
}

export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}

export const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
