import { readFileSync } from "node:fs";
import { link, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataFolder } from "./data-folder.ts";
import type { PortName } from "./ports.ts";
import {
  type Identity,
  identify,
  isAlive,
  listProcesses,
  type Process,
  processesMarked,
  signalProcess,
} from "./processes.ts";
import { StartError } from "./start-error.ts";

export type Claim = {
  /** Environment of every child: what finds it again, grandchildren included, when its supervisor was killed. */
  readonly mark: { readonly FRONTDESK_RUN: string };
  /** Processes that were left by a supervisor that was killed, and are gone now. */
  readonly ended: readonly string[];
  /** Ends what was started for this folder and still runs, e.g. the compilers of a build that was broken off. */
  endRest(): Promise<void>;
  /** The same at once. */
  killRest(): void;
  /** Writes down the children and all that they started. Call it when that changes. */
  record(groups: readonly number[]): Promise<void>;
  /** Writes down where everything answers, for the commands that look for it. */
  serve(urls: Urls): void;
  release(): Promise<void>;
};

type Run = {
  readonly supervisor: Identity;
  readonly processes: readonly Identity[];
  readonly urls?: Urls | undefined;
};
type Urls = Readonly<Partial<Record<PortName, string>>>;

/** Variable that every child of a supervisor carries. */
export const markName = "FRONTDESK_RUN";

/**
 * Takes the data folder for this process and ends what a killed supervisor left behind in it.
 * Only processes that are surely its own are ended: same pid and start time, or the mark of this folder in the environment.
 *
 * @throws StartError when another supervisor is running in it
 */
export async function claimDataFolder(folder: DataFolder): Promise<Claim> {
  const supervisor = identify(process.pid) ?? { pid: process.pid, started: "unknown" };
  const ended: string[] = [];
  while (!(await create(folder.runFile, { supervisor, processes: [] }))) {
    const run = readRun(folder.runFile);
    if (run && isAlive(run.supervisor)) throw alreadyRunning(folder, run.supervisor.pid);
    // Two starts may find the same remains; only one of them can rename the file.
    const taken = await rename(folder.runFile, `${folder.runFile}.${process.pid}`).then(
      () => true,
      () => false,
    );
    if (taken) ended.push(...(await endLeftovers(run?.processes ?? [], folder.root)));
    await rm(`${folder.runFile}.${process.pid}`, { force: true });
  }
  // One write after the other, and none after the release: a late one would bring the file back.
  let last = Promise.resolve();
  let released = false;
  let urls: Urls | undefined;
  const record = (groups: readonly number[]) => {
    const write = () =>
      released ? undefined : replace(folder.runFile, { supervisor, processes: members(groups), urls });
    last = last.then(write, write);
    return last;
  };
  const release = async () => {
    released = true;
    await last.catch(() => undefined);
    await rm(folder.runFile, { force: true });
  };
  return {
    mark: { [markName]: folder.root },
    ended,
    endRest: async () => void (await endLeftovers([], folder.root)),
    killRest: () => {
      for (const { pid } of leftovers([], folder.root)) signalProcess(pid, "SIGKILL");
    },
    record,
    serve: (addresses) => {
      urls = addresses;
    },
    release,
  };
}

/** Where a part of the Frontdesk that runs in this folder answers; undefined when none does. */
export function runningUrl({ runFile }: Pick<DataFolder, "runFile">, part: PortName): string | undefined {
  const run = readRun(runFile);
  const url = run && isAlive(run.supervisor) ? run.urls?.[part] : undefined;
  return typeof url === "string" ? url : undefined;
}

/** Ends the recorded processes and those that carry the folder's mark: TERM, then KILL. Returns what they were. */
async function endLeftovers(recorded: readonly Identity[], root: string): Promise<string[]> {
  const found = leftovers(recorded, root);
  for (const { pid } of found) signalProcess(pid, "SIGTERM");
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await sleep(50))
    if (leftovers(recorded, root).length === 0) break;
  for (const { pid } of leftovers(recorded, root)) signalProcess(pid, "SIGKILL");
  return found.map(({ name, pid }) => `${name} (${pid})`);
}

function leftovers(recorded: readonly Identity[], root: string): Process[] {
  const known = listProcesses().filter(({ pid, started }) =>
    recorded.some((one) => one.pid === pid && one.started === started),
  );
  const marked = processesMarked(`${markName}=${root}`);
  const all = new Map([...known, ...marked].map((one) => [one.pid, one]));
  all.delete(process.pid);
  return [...all.values()];
}

function members(groups: readonly number[]): Identity[] {
  return listProcesses()
    .filter(({ group }) => groups.includes(group))
    .map(({ pid, started }) => ({ pid, started }));
}

async function create(path: string, run: Run): Promise<boolean> {
  // A link appears with its whole content; a file opened for writing would be seen empty.
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, JSON.stringify(run));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replace(path: string, run: Run): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(run));
  await rename(`${path}.new`, path);
}

function readRun(path: string): Run | undefined {
  try {
    const run = JSON.parse(readFileSync(path, "utf8")) as Run;
    return Array.isArray(run.processes) && typeof run.supervisor.pid === "number" ? run : undefined;
  } catch {
    return undefined;
  }
}

function alreadyRunning(folder: DataFolder, pid: number): StartError {
  return new StartError(
    `Frontdesk already runs in ${folder.root} (process ${pid}). Stop it there with Ctrl-C (or: kill ${pid}), or start another one with --data DIR --free-ports.`,
  );
}
