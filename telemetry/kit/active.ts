import type { Attributes, ErrorType } from "../attributes.ts";
import type { SpanName, spans } from "../spans.ts";
import { activeContext, activeSpan, runIn, startSpan } from "./context.ts";
import { sharedOf } from "./envelope.ts";
import { formatTraceparent, remotesOf, type TraceCarrier } from "./propagate.ts";
import type { KitSpan } from "./span.ts";

/** What a span may be given besides its attributes. */
export type SpanOptions = {
  /** What else caused this work, e.g. the request that wrote its row; a malformed carrier is left out. */
  readonly links?: readonly (TraceCarrier | undefined)[];
};

// A span takes the attributes that its row in the table names; `{}` would take any.
type SpanAttributes<N extends SpanName> = [(typeof spans)[N]["attributes"][number]] extends [never]
  ? Readonly<Record<string, never>>
  : Pick<Attributes, Extract<(typeof spans)[N]["attributes"][number], keyof Attributes>>;

/** The span that `work` runs in; it takes the attributes of its own row and no other. */
export type ActiveSpan<N extends SpanName = SpanName> = {
  readonly annotate: (attributes: SpanAttributes<N>) => void;
  /** Marks the span as failed without an exception. */
  readonly fail: (type: ErrorType) => void;
};

/** Runs `work` inside a span; its return value or rejection passes unchanged. */
export function span<N extends SpanName, T>(
  name: N,
  attributes: SpanAttributes<N>,
  work: (active: ActiveSpan<N>) => T,
  options?: SpanOptions,
): T {
  const links = options?.links && remotesOf(options.links);
  return within(startSpan({ name, attributes: { ...attributes }, ...(links && { links }) }), work);
}

/** Runs `work` with this span active and ends it when the work, or the promise it returns, is done. */
export function within<T>(started: KitSpan, work: (active: KitSpan) => T): T {
  return runIn(activeContext().withSpan(started), () => settled(started, () => work(started)));
}

/** Ends the span when the work is done; synchronous work stays synchronous. */
export function settled<T>(started: KitSpan, work: () => T, onError?: (error: unknown) => void): T {
  const failed = (error: unknown): never => {
    started.failWith(error);
    onError?.(error);
    started.end();
    throw error;
  };
  let result: T;
  try {
    result = work();
  } catch (error) {
    return failed(error);
  }
  if (!isThenable(result)) {
    started.end();
    return result;
  }
  return result.then((value: unknown) => {
    started.end();
    return value;
  }, failed) as T;
}

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === "object" || typeof value === "function") &&
  value !== null &&
  typeof (value as { then?: unknown }).then === "function";

/** Adds attributes to the span that is active now. */
export function annotate(attributes: Attributes): void {
  activeSpan()?.annotate(attributes);
}

/** Links the span that is active now to another trace that caused its work; a malformed carrier is left out. */
export function link(carrier: TraceCarrier | undefined): void {
  const active = activeSpan();
  for (const remote of remotesOf([carrier])) active?.addRemote(remote);
}

/** Adds attributes to the entry span of this invocation (the SERVER span of an HTTP request), e.g. `http.route`, tenant. */
export function annotateEntry(attributes: Attributes): void {
  activeContext().entry?.annotate(attributes);
}

/** Fields that every log record and span of this invocation carries from now on (request id, tenant …). */
export function bindContext(attributes: Attributes): void {
  const { invocation } = activeContext();
  if (invocation === undefined) return;
  Object.assign(invocation.fields, attributes);
  invocation.encoded = undefined;
}

/** The bound fields that say who asked (request id, correlation id, tenant), to be stored beside work that continues later. */
export function whoAsked(): Pick<
  Attributes,
  "frontdesk.request.id" | "frontdesk.correlation.id" | "frontdesk.tenant.id"
> {
  return sharedOf(activeContext().invocation?.fields ?? {});
}

/** Trace context of the active span, to be stored beside work that continues later. */
export function inject(): TraceCarrier | undefined {
  const active = activeSpan();
  return active && carrierOf(active);
}

export function carrierOf({ traceId, spanId, traceState }: KitSpan): TraceCarrier {
  const traceparent = formatTraceparent(traceId, spanId);
  return traceState === undefined ? { traceparent } : { traceparent, tracestate: traceState };
}

/** Ids of the active span. */
export function currentTrace(): { readonly traceId: string; readonly spanId: string } | undefined {
  const active = activeSpan();
  return active && { traceId: active.traceId, spanId: active.spanId };
}
