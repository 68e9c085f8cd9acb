import type { Attributes, ErrorType } from "../attributes.ts";
import { admitAll } from "./admit.ts";
import { config } from "./config.ts";
import { activeContext, activeSpan, runOutside } from "./context.ts";
import { errorTypeOf, isFault } from "./error-type.ts";
import { type ExceptionText, exceptionsOf, stacktraceOf } from "./exception.ts";
import { type ModuleAttributes, writeLog } from "./log.ts";
import { type LooseAttributes, spanKinds } from "./records.ts";
import type { KitSpan } from "./span.ts";

/**
 * Records a fault once: one log record with the scrubbed exception on the active span, which is marked as failed.
 * Bound SQL values, e-mail addresses, tokens and passwords are removed from message and stack.
 */
export function capture(error: unknown, attributes: ModuleAttributes): void {
  captureOn(error, activeSpan(), attributes);
}

export function captureOn(error: unknown, span: KitSpan | undefined, attributes?: Attributes): void {
  try {
    recordOnce(error, span, attributes);
  } catch {
    // An error whose properties cannot be read still is one.
    span?.fail("_OTHER");
  }
}

function recordOnce(error: unknown, span: KitSpan | undefined, attributes: Attributes | undefined): void {
  const type: ErrorType = attributes?.["error.type"] ?? errorTypeOf(error);
  span?.fail(type);
  const trace = span?.traceId ?? "none";
  // Whoever gave up knows; nobody has to act on it.
  if (isRecorded(error, trace) || type === "aborted") return;
  markRecorded(error, trace);
  const module = span === undefined ? "worker" : moduleOf(span.attributes);
  const given = { "frontdesk.module": module, ...attributes, "error.type": type };
  const texts = exceptionsOf(error);
  const [{ type: name, message }] = texts as [ExceptionText];
  const exception = {
    "exception.type": name,
    "exception.message": message,
    ...(error instanceof Error && { "exception.stacktrace": stacktraceOf(texts) }),
  };
  const isHttp = span?.kind === spanKinds.SERVER && "http.request.method" in span.attributes;
  const event = isHttp ? "http.server.request.exception" : "exception";
  writeLog("error", event, { ...given, ...exception }, undefined, span);
  if (isFault(type)) report(texts, span, given);
}

/** Hands a fault to who is configured to be told; whatever becomes of that is not felt here. */
function report(
  exceptions: readonly ExceptionText[],
  span: KitSpan | undefined,
  given: LooseAttributes,
): void {
  const { faults, environment, release } = config();
  const invocation = span?.invocation ?? activeContext().invocation;
  if (faults === undefined) return;
  try {
    const attributes = admitAll(invocation?.fields, given);
    const ids = { traceId: span?.traceId, spanId: span?.spanId, parentSpanId: span?.parentSpanId };
    const fault = { timeMs: Date.now(), exceptions, attributes, environment, release, ...ids };
    const told = runOutside(() => faults(fault)).catch(() => undefined);
    invocation?.waitUntil?.(told);
  } catch {
    // Nobody fails because a fault could not be told.
  }
}

// The mark is a property of the error because that travels with it through RPC, which a set does not.
// Its value is the trace: an error that is kept and thrown again by another request is another fault.
const mark = "~frontdesk.recorded";
const unmarkable = new WeakMap<object, string>();
const depthMax = 5;

/** Whether this error, or one that it wraps, has its record in this trace, be it from the other side of a call. */
function isRecorded(error: unknown, trace: string): boolean {
  for (let at = error, depth = 0; isObject(at) && depth < depthMax; at = at.cause, depth++)
    if (at[mark] === trace || unmarkable.get(at) === trace || (mark in at && at.remote === true)) return true;
  return false;
}

function markRecorded(error: unknown, trace: string): void {
  const value = { value: trace, configurable: true };
  for (let at = error, depth = 0; isObject(at) && depth < depthMax; at = at.cause, depth++)
    if (!Reflect.defineProperty(at, mark, value)) unmarkable.set(at, trace);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** The part of the platform that a span belongs to, for faults that no feature has caught. */
function moduleOf(attributes: LooseAttributes): string {
  if ("http.request.method" in attributes) return "http";
  if ("messaging.system" in attributes) return "queue";
  if ("faas.cron" in attributes) return "cron";
  return "rpc.method" in attributes ? "object" : "worker";
}
