import { carrierOf } from "../active.ts";
import { askedBy } from "../asked.ts";
import type { KitSpan } from "../span.ts";

/** The request that a fetch would make, with our trace context and the ids of who asked instead of whatever the caller copied from elsewhere. */
export function withTraceHeaders(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  span: KitSpan,
): Request {
  const request = new Request(input as RequestInfo, init);
  const { traceparent, tracestate } = carrierOf(span);
  request.headers.set("traceparent", traceparent);
  if (tracestate === undefined) request.headers.delete("tracestate");
  else request.headers.set("tracestate", tracestate);
  request.headers.delete("baggage");
  for (const [name, id] of askedBy(span.invocation?.fields)) request.headers.set(name, id);
  return request;
}
