import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** One living process. `started` together with `pid` names it for ever: pids are used again, the pair is not. */
export type Process = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly started: string;
  readonly name: string;
  readonly residentBytes: number;
};
export type Identity = Pick<Process, "pid" | "started">;

/** All processes of this machine that are alive; zombies are not. */
export function listProcesses(): Process[] {
  return process.platform === "linux" ? linuxProcesses() : psProcesses();
}

/** The identity of a living process, or undefined. */
export function identify(pid: number): Identity | undefined {
  const found = process.platform === "linux" ? linuxProcess(pid) : listProcesses().find((p) => p.pid === pid);
  return found && { pid: found.pid, started: found.started };
}

/** Whether this very process, not another one that got its pid, is alive. */
export function isAlive({ pid, started }: Identity): boolean {
  return identify(pid)?.started === started;
}

/** Sends a signal to a process group; one that is gone is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  signalQuietly(-group, signal);
}

/** Sends a signal to a process; one that is gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  signalQuietly(pid, signal);
}

/** Living processes that were started with this in their environment, e.g. `NAME=value`; grandchildren inherit it. */
export function processesMarked(mark: string): Process[] {
  if (process.platform === "linux")
    return linuxProcesses().filter(({ pid }) => environmentOf(pid).includes(mark));
  const table = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], {
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  const marked = table.split("\n").filter((line) => ` ${line} `.includes(` ${mark} `));
  const pids = new Set(marked.map((line) => Number.parseInt(line, 10)));
  return psProcesses().filter(({ pid }) => pids.has(pid));
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function signalQuietly(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // macOS answers EPERM for a group of zombies.
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}

function linuxProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => linuxProcess(Number(name)) ?? []);
}

/** @source proc_pid_stat(5): the name is in brackets and may hold brackets and spaces itself */
function linuxProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return {
      pid,
      parent: Number(fields[1]),
      group: Number(fields[2]),
      started: `${bootId()}/${fields[19]}`,
      // Node names its process after its main thread.
      name: stat.slice(stat.indexOf("(") + 1, end).replace(/^(node-)?MainThread$/, "node"),
      residentBytes: Number(resident?.[1] ?? 0) * 1024,
    };
  } catch {
    return undefined;
  }
}

let boot: string | undefined;
/** Start times count from boot, so a boot is part of them. */
function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return boot;
}

function psProcesses(): Process[] {
  const columns = "pid=,ppid=,pgid=,rss=,stat=,lstart=,comm=";
  const table = execFileSync("ps", ["-A", "-o", columns], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return table.split("\n").flatMap(psProcess);
}

function psProcess(line: string): Process[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})\s+(.*)$/.exec(
    line,
  );
  if (!match || match[5]?.startsWith("Z")) return [];
  const [, pid, parent, group, kilobytes, , started = "", name = ""] = match;
  return [
    {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      started,
      name,
      residentBytes: Number(kilobytes) * 1024,
    },
  ];
}
