import type { Attributes } from "../attributes.ts";
import { admitAll } from "./admit.ts";
import { config } from "./config.ts";
import { activeContext, activeSpan } from "./context.ts";
import { offerLog } from "./export/buffer.ts";
import type { LooseAttributes } from "./records.ts";
import { scrubAndCut, withoutControl } from "./scrub.ts";
import type { KitSpan } from "./span.ts";

export type Severity = "debug" | "info" | "warn" | "error";

const numbers = { debug: 5, info: 9, warn: 13, error: 17 } as const;
const eventLengthMax = 100;
const messageLengthMax = 2048;

/**
 * Writes one structured record, correlated with the active span, to the console and to OTLP.
 *
 * @param event    what happened, low in cardinality: `booking.created`
 * @param message  free text for people; scrubbed and cut at 2048 characters
 */
export function log(severity: Severity, event: string, attributes?: Attributes, message?: string): void {
  writeLog(severity, event, { ...attributes }, message, activeSpan());
}

/** The same for a span that need not be active. */
export function writeLog(
  severity: Severity,
  event: string,
  attributes: LooseAttributes,
  message: string | undefined,
  span: KitSpan | undefined,
): void {
  const invocation = span?.invocation ?? activeContext().invocation;
  const clean = message === undefined ? undefined : withoutControl(scrubAndCut(message, messageLengthMax));
  const record = {
    timeMs: Date.now(),
    severityNumber: numbers[severity],
    severityText: severity.toUpperCase(),
    event: withoutControl(event.slice(0, eventLengthMax)),
    message: clean,
    attributes: { ...attributes, "event.name": event },
    traceId: span?.traceId,
    spanId: span?.spanId,
    invocation,
  };
  offerLog(record);
  consoleOf[severity](consoleLine(severity, record, invocation?.fields));
}

const consoleOf = {
  debug: (line: string) => console.debug(line),
  info: (line: string) => console.log(line),
  warn: (line: string) => console.warn(line),
  error: (line: string) => console.error(line),
} as const;

type ConsoleRecord = Pick<
  Parameters<typeof offerLog>[0],
  "timeMs" | "event" | "message" | "attributes" | "traceId" | "spanId"
>;

function consoleLine(severity: Severity, record: ConsoleRecord, fields: LooseAttributes | undefined): string {
  const { service, release, environment } = config();
  const {
    "event.name": _event,
    "frontdesk.request.id": request_id,
    "frontdesk.correlation.id": correlation_id,
    "frontdesk.tenant.id": tenant,
    "frontdesk.module": module,
    "error.type": errorType,
    "frontdesk.problem.code": code = errorType,
    ...rest
  } = admitAll(fields, record.attributes);
  return JSON.stringify(
    {
      timestamp: new Date(record.timeMs).toISOString(),
      severity,
      service: service ?? "frontdesk",
      environment,
      version: release,
      event: record.event,
      message: record.message,
      trace_id: record.traceId,
      span_id: record.spanId,
      request_id,
      correlation_id,
      tenant,
      module,
      code,
      ...rest,
    },
    (_key, value: unknown) => (typeof value === "string" ? withoutControl(value) : value),
  );
}
