import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Puts processes with all their threads on one core, the last that they may use.
 * Cores of a shared machine are not equally quick, and a process that once found one stays there: what it costs would be that of its core.
 * On a machine with one core, or without `taskset`, they stay where they are.
 *
 * What is compared shares it in any case: a visit of the one is over, mostly, when the other's begins.
 */
export async function putOnOneCore(pids: readonly number[]): Promise<void> {
  const cores = coresOf(readFileSync("/proc/self/status", "utf8"));
  if (cores.length < 2) return;
  for (const pid of pids)
    await run("taskset", ["-a", "-c", "-p", `${cores.at(-1)}`, `${pid}`]).catch(
      (error: { code?: unknown }) => {
        if (error.code !== "ENOENT") throw error;
      },
    );
}

/**
 * The cores that a process may use.
 *
 * @param status  text of its `/proc/<pid>/status`
 * @source proc(5), Cpus_allowed_list: `0-3,8`
 */
export function coresOf(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  return (list?.split(",") ?? []).flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split("-").map(Number);
    return Number.isNaN(from) ? [] : Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}
