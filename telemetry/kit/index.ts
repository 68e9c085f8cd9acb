/**
 * The door of the telemetry kit: application code imports from here and nowhere else.
 * PASS-THROUGH DRAFT of the signatures; the kit's owner replaces the bodies.
 */
import type { Attributes, ErrorType } from "../attributes.ts";
import type { CounterName, GaugeName, LabelName } from "../metrics.ts";
import type { SpanName } from "../spans.ts";

export type { Attributes, ErrorType } from "../attributes.ts";

/** W3C trace context as it travels in messages and rows. */
export type TraceCarrier = { readonly traceparent: string; readonly tracestate?: string | undefined };

export type ActiveSpan = {
  annotate(attributes: Attributes): void;
  /** Marks the span as failed without an exception. */
  fail(type: ErrorType): void;
};

export type SpanOptions = { readonly links?: readonly TraceCarrier[] };

/** Runs `work` inside a span; its return value or rejection passes unchanged. */
export function span<T>(_name: SpanName, _attributes: Attributes, work: (active: ActiveSpan) => T, _options?: SpanOptions): T {
  return work({ annotate: () => {}, fail: () => {} });
}

/** Adds attributes to the span that is active now. */
export function annotate(_attributes: Attributes): void {}

/** Adds attributes to the entry span of this invocation (the SERVER span of an HTTP request), e.g. `http.route`, tenant. */
export function annotateEntry(_attributes: Attributes): void {}

export type Severity = "debug" | "info" | "warn" | "error";

/** Writes one structured record, correlated with the active span, to the console and to OTLP. */
export function log(_severity: Severity, _event: string, _attributes?: Attributes, _message?: string): void {}

/** Records a fault: one log record with the exception on the active span, and Sentry when it is configured. */
export function capture(_error: unknown, _attributes?: Attributes): void {}

/** Adds to a counter of the Worker (OTLP delta sum). */
export function count<M extends CounterName>(_metric: M, _amount: number, _labels?: Pick<Attributes, LabelName<M>>): void {}

/** Writes a gauge; only the cron handler does, the single writer. */
export function record<M extends GaugeName>(_metric: M, _value: number, _labels?: Pick<Attributes, LabelName<M>>): void {}

/** Trace context of the active span, to be stored beside work that continues later. */
export function inject(): TraceCarrier | undefined {
  return undefined;
}

/** Ids of the active span. */
export function currentTrace(): { readonly traceId: string; readonly spanId: string } | undefined {
  return undefined;
}

/** Fields that every log record and span of this invocation carries from now on (request id, tenant …). */
export function bindContext(_attributes: Attributes): void {}

export type KitConfig = {
  readonly environment: "local" | "staging" | "production";
  readonly release: string;
  /** Base URL of an OTLP/HTTP receiver; empty switches export off. */
  readonly otlpEndpoint: string;
  readonly otlpHeaders?: Readonly<Record<string, string>>;
  /** Says whether a caller's trace is continued (trusted) or only linked. */
  readonly trustTraceOf?: (request: Request) => boolean;
  /** Hosts to which trace context may be sent. */
  readonly propagateTo?: readonly string[];
  readonly sentryDsn?: string | undefined;
};

/** Wraps fetch, queue and scheduled handlers once; `env` reaches them with instrumented bindings. */
export function instrumentWorker<Env, Message>(
  handler: ExportedHandler<Env, Message>,
  _configure: (env: Env) => KitConfig,
): ExportedHandler<Env, Message> {
  return handler;
}

/** Wraps a Durable Object class: fetch, RPC, alarm; its `env` has instrumented bindings. */
// biome-ignore lint/suspicious/noExplicitAny: a mixin constructor must take any[] (TS2545)
export function instrumentObject<C extends new (...args: any[]) => object, Env>(
  target: C,
  _configure: (env: Env) => KitConfig,
): C {
  return target;
}
