import type { Attributes } from "../attributes.ts";
import type { LogEventName } from "../log-events.ts";
import { admitName } from "./admit.ts";
import type { Severity } from "./console-line.ts";
import { activeContext, activeSpan } from "./context.ts";
import { emit } from "./emit.ts";
import type { LogRecord, LooseAttributes } from "./records.ts";
import { scrubAndCut, withoutControl } from "./scrub.ts";
import type { KitSpan } from "./span.ts";
import { isWithheld } from "./withhold.ts";

export type { Severity } from "./console-line.ts";
/** Every record says which module wrote it: a feature, or a part of the platform. */
export type ModuleAttributes = Attributes & { readonly "frontdesk.module": string };

const numbers = { debug: 5, info: 9, warn: 13, error: 17 } as const;
const messageLengthMax = 2048;

/**
 * Writes one structured record, correlated with the active span, to the console and to OTLP.
 * `debug` and `info` are sampled by trace and limited by rate, unless their invocation fails or is slow.
 *
 * @param event    what happened, a row of log-events.ts: `calendar.repaired`
 * @param message  free text for people; scrubbed and cut at 2048 characters
 */
export function log(
  severity: Severity,
  event: LogEventName,
  attributes: ModuleAttributes,
  message?: string,
): void {
  writeLog(numbers[severity] ? severity : "warn", event, { ...attributes }, message, activeSpan());
}

const refused = new Set<string>();
const refusedMax = 100;

/** Says once in an isolate what the kit does not take; whoever gave it goes on as if it had been taken. */
export function refuse(what: string): void {
  if (refused.has(what) || refused.size >= refusedMax) return;
  refused.add(what);
  log("warn", "telemetry.refused", { "frontdesk.module": "telemetry" }, what);
}

/** The same for a span that need not be active. */
export function writeLog(
  severity: Severity,
  event: string,
  attributes: LooseAttributes,
  message: string | undefined,
  span: KitSpan | undefined,
): void {
  const name = admitName(event);
  attributes["event.name"] = name;
  const record: LogRecord = {
    timeMs: Date.now(),
    severityNumber: numbers[severity],
    severityText: severity.toUpperCase(),
    event: name,
    message:
      message === undefined ? undefined : withoutControl(scrubAndCut(String(message), messageLengthMax)),
    attributes,
    traceId: span?.traceId,
    spanId: span?.spanId,
    invocation: span?.invocation ?? activeContext().invocation,
  };
  if (severity === "warn" || severity === "error" || !isWithheld(severity, record)) emit(severity, record);
}
