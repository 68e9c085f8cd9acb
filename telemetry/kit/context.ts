import { AsyncLocalStorage } from "node:async_hooks";
import type { Context, ContextManager, Span } from "@opentelemetry/api";
import { newTraceId } from "./ids.ts";
import { formatTraceparent, parseTraceparent, type RemoteContext } from "./propagate.ts";
import {
  type Invocation,
  type Link,
  type LooseAttributes,
  type SpanKindNumber,
  spanKinds,
} from "./records.ts";
import { KitSpan } from "./span.ts";

/** A context that knows its span and invocation as fields, so that nothing is copied for them; a user's own keys go to a map. */
export class KitContext implements Context {
  readonly span: Span | undefined;
  readonly entry: KitSpan | undefined;
  readonly invocation: Invocation | undefined;
  readonly #others: ReadonlyMap<symbol, unknown> | undefined;

  constructor(
    span: Span | undefined,
    entry: KitSpan | undefined,
    invocation: Invocation | undefined,
    others?: ReadonlyMap<symbol, unknown>,
  ) {
    this.span = span;
    this.entry = entry;
    this.invocation = invocation;
    this.#others = others;
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this.span : this.#others?.get(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === spanKey) return this.withSpan(value as Span);
    return new KitContext(this.span, this.entry, this.invocation, new Map(this.#others).set(key, value));
  }

  deleteValue(key: symbol): Context {
    if (key === spanKey) return this.withSpan(undefined);
    const others = new Map(this.#others);
    others.delete(key);
    return new KitContext(this.span, this.entry, this.invocation, others);
  }

  withSpan(span: Span | undefined): KitContext {
    return new KitContext(span, this.entry, this.invocation, this.#others);
  }
}

/**
 * Under which every copy of the API stores the active span: registered by name, because there may be several copies.
 *
 * @source https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/context/context.ts
 */
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");

const storage = new AsyncLocalStorage<Context>();
/** The context in which nothing has begun. */
export const outside = new KitContext(undefined, undefined, undefined);

/** Carries the active context through promises and callbacks for the OpenTelemetry API. */
export const contextManager: ContextManager = {
  active: () => storage.getStore() ?? outside,
  with: (context, work, thisArg, ...args) => storage.run(context, () => work.call(thisArg as never, ...args)),
  bind: (context, target) =>
    typeof target === "function"
      ? (function (this: unknown, ...args: unknown[]) {
          return storage.run(context, () => target.apply(this, args));
        } as typeof target)
      : target,
  enable: () => contextManager,
  disable: () => contextManager,
};

export function activeContext(): KitContext {
  const store = storage.getStore();
  if (store === undefined) return outside;
  if (store instanceof KitContext) return store;
  // A user may enter a context of the API's own making; its span still counts.
  return outside.withSpan(spanIn(store));
}

export const spanIn = (context: Context): Span | undefined => context.getValue(spanKey) as Span | undefined;

export const withSpanIn = (context: Context, span: Span): Context => context.setValue(spanKey, span);

/** The span that is active now, when it is one of ours. */
export function activeSpan(): KitSpan | undefined {
  const { span } = activeContext();
  return span instanceof KitSpan ? span : undefined;
}

export const runIn = <T>(context: Context, work: () => T): T => storage.run(context, work);
/** Runs work that belongs to no invocation, e.g. an export. */
export const runOutside = <T>(work: () => T): T => storage.run(outside, work);

export type ChildStart = {
  readonly name: string;
  readonly kind?: SpanKindNumber;
  readonly attributes?: LooseAttributes;
  readonly links?: Link[] | undefined;
  readonly startMs?: number;
};

let onException: ((error: unknown, span: KitSpan) => void) | undefined;
/** What a span does with `recordException`; set by the shell, because logs know spans and not the other way round. */
export const setExceptionHandler = (handler: typeof onException): void => {
  onException = handler;
};

/** Starts a child of the span that is active in `context`, or a root. */
export function startSpan(start: ChildStart, context: KitContext = activeContext()): KitSpan {
  const parent = parentOf(context.span);
  // Written out: a spread costs more than all the rest of a span.
  return new KitSpan(
    {
      name: start.name,
      kind: start.kind ?? spanKinds.INTERNAL,
      attributes: start.attributes ?? {},
      links: start.links,
      startMs: start.startMs,
      traceId: parent?.traceId ?? newTraceId(),
      spanId: undefined,
      parentSpanId: parent?.spanId,
      traceState: parent?.traceState,
      parentIsRemote: context.span instanceof KitSpan ? false : context.span?.spanContext().isRemote,
      invocation: context.invocation,
    },
    onException,
  );
}

/** The identity of a span that another tracer has made. */
type Born = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startMs: number | undefined;
};

/** Starts the first span of an invocation; with `born`, as the double of a span that is there already. */
export function startEntry({ start, parent, invocation }: EntryStart, born?: Born): Started {
  const span = new KitSpan(
    {
      name: start.name,
      kind: start.kind ?? spanKinds.SERVER,
      attributes: start.attributes ?? {},
      links: start.links,
      startMs: born === undefined ? start.startMs : born.startMs,
      traceId: born?.traceId ?? parent?.traceId ?? newTraceId(),
      spanId: born?.spanId,
      parentSpanId: born === undefined ? parent?.spanId : born.parentSpanId,
      traceState: parent?.traceState,
      parentIsRemote: parent !== undefined,
      invocation,
    },
    onException,
  );
  return { span, context: new KitContext(span, span, invocation) };
}

export type EntryStart = {
  readonly start: ChildStart;
  readonly parent: RemoteContext | undefined;
  readonly invocation: Invocation;
};
export type Started = { readonly span: KitSpan; readonly context: KitContext };

function parentOf(span: Span | undefined): RemoteContext | undefined {
  if (span === undefined || span instanceof KitSpan) return span;
  const { traceId, spanId, traceState } = span.spanContext();
  return parseTraceparent(formatTraceparent(traceId, spanId), traceState?.serialize());
}
