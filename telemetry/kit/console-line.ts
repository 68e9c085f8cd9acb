import { admitAll } from "./admit.ts";
import { config } from "./config.ts";
import type { LogRecord } from "./records.ts";

const print = {
  debug: (line: string) => console.debug(line),
  info: (line: string) => console.log(line),
  warn: (line: string) => console.warn(line),
  error: (line: string) => console.error(line),
} as const;
/** How bad it is, in OTLP's words; only `debug` and `info` are sampled and limited. */
export type Severity = keyof typeof print;

/** Prints a record as one JSON line, for `wrangler tail`. */
export function printRecord(severity: Severity, record: LogRecord): void {
  print[severity](consoleLine(severity, record));
}

/** The first twelve keys are in every line, null where there is nothing to say; the attributes of the record follow. */
export function consoleLine(severity: Severity, record: LogRecord): string {
  const { service, release, environment } = config();
  const {
    "event.name": _event,
    "frontdesk.request.id": request_id = null,
    "frontdesk.correlation.id": correlation_id,
    "frontdesk.tenant.id": tenant = null,
    "frontdesk.module": module = null,
    "error.type": errorType = null,
    "frontdesk.problem.code": code = errorType,
    ...rest
  } = admitAll(record.invocation?.fields, record.attributes);
  return JSON.stringify({
    timestamp: new Date(record.timeMs).toISOString(),
    severity,
    service: service ?? "frontdesk",
    environment,
    version: release,
    request_id,
    trace_id: record.traceId ?? null,
    span_id: record.spanId ?? null,
    tenant,
    module,
    event: record.event,
    code,
    message: record.message,
    correlation_id,
    ...rest,
  });
}
