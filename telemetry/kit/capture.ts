import type { Attributes, ErrorType } from "../attributes.ts";
import { activeSpan } from "./context.ts";
import { errorTypeOf } from "./error-type.ts";
import { type ModuleAttributes, writeLog } from "./log.ts";
import { type LooseAttributes, spanKinds } from "./records.ts";
import { scrub } from "./scrub.ts";
import type { KitSpan } from "./span.ts";

// An error that passes several hands on its way out is one fault.
const captured = new WeakSet<object>();

/**
 * Records a fault once: one log record with the scrubbed exception on the active span, which is marked as failed.
 * Bound SQL values, e-mail addresses, tokens and passwords are removed from message and stack.
 */
export function capture(error: unknown, attributes: ModuleAttributes): void {
  captureOn(error, activeSpan(), attributes);
}

export function captureOn(error: unknown, span: KitSpan | undefined, attributes?: Attributes): void {
  if (typeof error === "object" && error !== null) {
    if (captured.has(error)) return;
    captured.add(error);
  }
  const type: ErrorType = attributes?.["error.type"] ?? errorTypeOf(error);
  span?.fail(type);
  // Whoever gave up knows; nobody has to act on it.
  if (type === "aborted") return;
  const isHttp = span?.kind === spanKinds.SERVER && "http.request.method" in span.attributes;
  const event = isHttp ? "http.server.request.exception" : "exception";
  const module = span === undefined ? "worker" : moduleOf(span.attributes);
  const given = { "frontdesk.module": module, ...attributes, "error.type": type };
  writeLog("error", event, { ...given, ...describe(error) }, undefined, span);
}

/** The part of the platform that a span belongs to, for faults that no feature has caught. */
function moduleOf(attributes: LooseAttributes): string {
  if ("http.request.method" in attributes) return "http";
  if ("messaging.system" in attributes) return "queue";
  if ("faas.cron" in attributes) return "cron";
  return "rpc.method" in attributes ? "object" : "worker";
}

function describe(error: unknown) {
  if (!(error instanceof Error))
    return { "exception.type": typeof error, "exception.message": scrub(String(error)) };
  return {
    // Bundlers rename classes: _DrizzleQueryError is DrizzleQueryError.
    "exception.type": (error.constructor?.name || error.name).replace(/^_+/, ""),
    "exception.message": scrub(error.message),
    "exception.stacktrace": scrub(stackWithCauses(error)),
  };
}

function stackWithCauses(error: Error): string {
  const parts: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    parts.push(scrub(at.stack ?? `${at.name}: ${at.message}`));
  }
  return parts.join("\nCaused by: ");
}
