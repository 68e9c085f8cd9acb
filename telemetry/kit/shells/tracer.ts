import {
  type Context,
  context as contextApi,
  type ProxyTracerProvider,
  SpanKind,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { captureOn } from "../capture.ts";
import {
  activeContext,
  contextManager,
  KitContext,
  runIn,
  setExceptionHandler,
  startSpan,
} from "../context.ts";
import { type SpanKindNumber, spanKinds } from "../records.ts";
import { type KitSpan, millis, toLink } from "../span.ts";

const kinds: Readonly<Record<SpanKind, SpanKindNumber>> = {
  [SpanKind.INTERNAL]: spanKinds.INTERNAL,
  [SpanKind.SERVER]: spanKinds.SERVER,
  [SpanKind.CLIENT]: spanKinds.CLIENT,
  [SpanKind.PRODUCER]: spanKinds.PRODUCER,
  [SpanKind.CONSUMER]: spanKinds.CONSUMER,
};

/** The tracer that a user of `@opentelemetry/api` gets: its spans join the trace that is active in the kit. */
export const userTracer: Tracer = { startSpan: startUserSpan, startActiveSpan };

function startUserSpan(name: string, options: SpanOptions = {}, given?: Context): KitSpan {
  const startMs = millis(options.startTime);
  const links = options.links?.map(toLink);
  const start = {
    name,
    kind: kinds[options.kind ?? SpanKind.INTERNAL],
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
  return runIn(trace.setSpan(given, span), () => work(span));
}

function toKit(given: Context | undefined): KitContext {
  if (given === undefined) return activeContext();
  return given instanceof KitContext ? given : activeContext().withSpan(trace.getSpan(given));
}

/** Puts the kit's contexts and this provider behind `@opentelemetry/api`, also for tracers that were taken before. */
export function standBehindApi(provider: TracerProvider): void {
  setExceptionHandler((error, span) => captureOn(error, span));
  contextApi.disable();
  contextApi.setGlobalContextManager(contextManager);
  // A tracer that was taken at module scope asks the proxy of its day.
  (trace.getTracerProvider() as ProxyTracerProvider).setDelegate(provider);
  trace.disable();
  trace.setGlobalTracerProvider(provider);
}
