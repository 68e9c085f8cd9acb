import { vi } from "vitest";

export type LogRecord = Record<string, unknown> & { event: string; severity: string };

/** Structured records that `work` writes to the console. */
export async function recordsOf(work: () => Promise<unknown>): Promise<LogRecord[]> {
  const spies = (["debug", "log", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
  try {
    await work();
    return spies.flatMap((spy) => spy.mock.calls.flatMap(([line]) => parse(line)));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

function parse(line: unknown): LogRecord[] {
  try {
    return [JSON.parse(String(line))];
  } catch {
    return [];
  }
}
