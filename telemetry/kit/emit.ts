import { printRecord, type Severity } from "./console-line.ts";
import { offerLog } from "./export/buffer.ts";
import type { LogRecord } from "./records.ts";

/** Sends a record on its two ways: to OTLP and to the console. */
export function emit(severity: Severity, record: LogRecord): void {
  offerLog(record);
  printRecord(severity, record);
}
