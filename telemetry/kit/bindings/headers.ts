import type { TraceCarrier } from "../propagate.ts";

/** The request that a fetch would make, with our trace context instead of whatever the caller copied from elsewhere. */
export function withTraceHeaders(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  trace: TraceCarrier,
): Request {
  const request = new Request(input as RequestInfo, init);
  request.headers.set("traceparent", trace.traceparent);
  if (trace.tracestate === undefined) request.headers.delete("tracestate");
  else request.headers.set("tracestate", trace.tracestate);
  request.headers.delete("baggage");
  return request;
}
