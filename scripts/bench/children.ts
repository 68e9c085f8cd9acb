import { readdirSync, readFileSync } from "node:fs";

/** Ids of the child processes of this one with such a name. Linux only. */
export function childrenNamed(name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => isChild(pid, name));
}

function isChild(pid: number, name: string): boolean {
  try {
    const [, comm, rest] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return comm === name && Number(rest?.split(" ")[1]) === process.pid;
  } catch {
    return false;
  }
}
