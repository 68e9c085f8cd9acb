import { readdirSync, readFileSync } from "node:fs";

/**
 * CPU time that the threads of a process have had, user and system together.
 *
 * @returns nanoseconds, from the scheduler's own account (`/proc/<pid>/task/<tid>/schedstat`); a tick of `stat` has 10 ms
 */
export function cpuTimeNs(pid: number): number {
  let total = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      total += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // A thread may end between the two reads.
    }
  }
  return total;
}
