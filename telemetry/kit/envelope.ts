import type { TraceCarrier } from "./propagate.ts";

// A name that no body of ours has; consumers without the kit see it, consumers with the kit do not.
const mark = "~frontdesk.trace";

/** Puts the trace context beside a body that cannot carry headers. */
export const envelope = (body: unknown, trace: TraceCarrier): object => ({ [mark]: trace, body });

/** Takes it off again; a body without one is returned as it is. */
export function openEnvelope(body: unknown): {
  readonly body: unknown;
  readonly trace: TraceCarrier | undefined;
} {
  const trace = carrierIn(body);
  return trace === undefined ? { body, trace } : { body: (body as { body?: unknown }).body, trace };
}

/** The hidden last argument of a call to a Durable Object. */
export const traceArgument = (trace: TraceCarrier): object => ({ [mark]: trace });

/** Splits what the caller wrote from the hidden argument, if there is one. */
export function splitArguments(args: readonly unknown[]): {
  readonly args: readonly unknown[];
  readonly trace: TraceCarrier | undefined;
} {
  const trace = carrierIn(args.at(-1));
  return trace === undefined ? { args, trace } : { args: args.slice(0, -1), trace };
}

function carrierIn(value: unknown): TraceCarrier | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, mark)) return undefined;
  const carrier = (value as Record<string, unknown>)[mark];
  const traceparent = (carrier as { traceparent?: unknown } | null)?.traceparent;
  return typeof traceparent === "string" ? (carrier as TraceCarrier) : undefined;
}
