import { askText } from "./ask.ts";
import type { Window } from "./tempo.ts";

/** One log record as VictoriaLogs keeps it: fields by name, all text. */
export type LogRecord = Readonly<Record<string, string>>;

/**
 * Records that a LogsQL query finds, oldest first; the newest where there are more.
 *
 * @param atMost  records that are asked for
 * @param window  when they were written; a `_time:` in the query says so itself
 */
export async function findLogs(logsql: string, atMost = 500, window?: Window): Promise<LogRecord[]> {
  const body = new URLSearchParams({ query: logsql, limit: String(atMost) });
  if (window && !/\b_time:/.test(logsql)) {
    body.set("start", window.start.toISOString());
    body.set("end", window.end.toISOString());
  }
  const text = await askText("/proxy/logs/select/logsql/query", { method: "POST", body });
  const records = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogRecord);
  return records.sort((a, b) => (a._time ?? "").localeCompare(b._time ?? ""));
}

/** A value inside a LogsQL filter, quoted so that it stays a value. */
export const logValue = (value: string): string => JSON.stringify(value);
