import { listProcesses } from "./processes.ts";

/**
 * Resident memory of process groups.
 *
 * @returns megabytes by title, shared pages counted in each process
 */
export function residentMegabytes(
  groups: Readonly<Record<string, number | undefined>>,
): Record<string, number> {
  const processes = listProcesses();
  return Object.fromEntries(
    Object.entries(groups).map(([title, group]) => {
      const bytes = processes
        .filter((one) => one.group === group)
        .reduce((sum, one) => sum + one.residentBytes, 0);
      return [title, Math.round(bytes / 1e6)];
    }),
  );
}
