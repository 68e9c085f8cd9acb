import { askText } from "./ask.ts";

/** One log record as VictoriaLogs keeps it: fields by name, all text. */
export type LogRecord = Readonly<Record<string, string>>;

/**
 * Records that a LogsQL query finds, oldest first.
 *
 * @param atMost  records that are asked for
 */
export async function findLogs(logsql: string, atMost = 500): Promise<LogRecord[]> {
  const body = new URLSearchParams({ query: logsql, limit: String(atMost) });
  const text = await askText("/proxy/logs/select/logsql/query", { method: "POST", body });
  const records = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogRecord);
  return records.sort((a, b) => (a._time ?? "").localeCompare(b._time ?? ""));
}

/** A value inside a LogsQL filter, quoted so that it stays a value. */
export const logValue = (value: string): string => JSON.stringify(value);
