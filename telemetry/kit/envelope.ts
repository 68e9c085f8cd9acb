import type { TraceCarrier } from "./propagate.ts";
import type { LooseAttributes } from "./records.ts";

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

// What an object's records share with the request that called it.
const shared = ["frontdesk.request.id", "frontdesk.correlation.id", "frontdesk.tenant.id"] as const;

/** The hidden last argument of a call to a Durable Object: trace context, and who asks. */
export const traceArgument = (trace: TraceCarrier, fields: LooseAttributes = {}): object => ({
  [mark]: trace,
  fields: sharedOf(fields),
});

type SplitArguments = {
  readonly args: readonly unknown[];
  readonly trace: TraceCarrier | undefined;
  readonly fields: LooseAttributes;
};

/** Splits what the caller wrote from the hidden argument, if there is one. */
export function splitArguments(args: readonly unknown[]): SplitArguments {
  const last = args.at(-1);
  const trace = carrierIn(last);
  if (trace === undefined) return { args, trace, fields: {} };
  return {
    args: args.slice(0, -1),
    trace,
    fields: sharedOf((last as { fields?: LooseAttributes }).fields ?? {}),
  };
}

/** The bound fields that say who asked. */
export function sharedOf(fields: LooseAttributes): LooseAttributes {
  const found: LooseAttributes = {};
  for (const name of shared) if (typeof fields[name] === "string") found[name] = fields[name];
  return found;
}

function carrierIn(value: unknown): TraceCarrier | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, mark)) return undefined;
  const carrier = (value as Record<string, unknown>)[mark];
  const traceparent = (carrier as { traceparent?: unknown } | null)?.traceparent;
  return typeof traceparent === "string" ? (carrier as TraceCarrier) : undefined;
}
