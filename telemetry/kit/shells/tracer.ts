import type { Context, SpanOptions, Tracer, TracerProvider } from "@opentelemetry/api";
import { captureOn } from "../capture.ts";
import {
  activeContext,
  contextManager,
  KitContext,
  runIn,
  setExceptionHandler,
  spanIn,
  startSpan,
  withSpanIn,
} from "../context.ts";
import type { SpanKindNumber } from "../records.ts";
import { type KitSpan, millis, toLink } from "../span.ts";

/** The tracer that a user of `@opentelemetry/api` gets: its spans join the trace that is active in the kit. */
export const userTracer: Tracer = { startSpan: startUserSpan, startActiveSpan };

function startUserSpan(name: string, options: SpanOptions = {}, given?: Context): KitSpan {
  const startMs = millis(options.startTime);
  const links = options.links?.map(toLink);
  const start = {
    name,
    // OTLP's numbers are the API's and one, because its zero is "unspecified".
    kind: ((options.kind ?? 0) + 1) as SpanKindNumber,
    attributes: { ...options.attributes },
    ...(links && { links }),
    ...(startMs !== undefined && { startMs }),
  };
  const parent = toKit(given);
  return startSpan(start, options.root ? parent.withSpan(undefined) : parent);
}

function startActiveSpan(name: string, ...rest: unknown[]): never {
  const work = rest.at(-1) as (span: KitSpan) => never;
  const options = rest.length > 1 ? (rest[0] as SpanOptions) : {};
  const given = rest.length > 2 ? (rest[1] as Context) : contextManager.active();
  const span = startUserSpan(name, options, given);
  return runIn(withSpanIn(given, span), () => work(span));
}

function toKit(given: Context | undefined): KitContext {
  if (given === undefined) return activeContext();
  return given instanceof KitContext ? given : activeContext().withSpan(spanIn(given));
}

/** Where every copy of the API looks for what stands behind it, and the version that this was written for. */
const api = Symbol.for("opentelemetry.js.api.1");
export const apiVersion = "1.9.1";

/**
 * Puts the kit's contexts and this provider behind `@opentelemetry/api`, without its code: a Worker that does not use it
 * does not carry it. Tracers that are taken from now on are ours.
 *
 * @source https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
 */
export function standBehindApi(provider: TracerProvider): void {
  setExceptionHandler((error, span) => captureOn(error, span));
  const globals = globalThis as { [api]?: object };
  globals[api] = { version: apiVersion, ...globals[api], trace: provider, context: contextManager };
}
