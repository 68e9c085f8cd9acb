import type {
  Exception,
  Attributes as OtelAttributes,
  Link as OtelLink,
  Span,
  SpanContext,
  SpanStatus,
  SpanStatusCode,
  TimeInput,
  TraceFlags,
} from "@opentelemetry/api";
import type { Attributes, ErrorType } from "../attributes.ts";
import { errorTypeOf, isFault } from "./error-type.ts";
import { offerSpan } from "./export/buffer.ts";
import { newSpanId } from "./ids.ts";
import { traceStateOf } from "./propagate.ts";
import type { Invocation, Link, LooseAttributes, SpanEvent, SpanKindNumber, SpanRecord } from "./records.ts";

const eventsMax = 32;
const linksMax = 32;
// Numbers of the API, whose code is not imported: a Worker that does not use it does not carry it.
const sampled: TraceFlags.SAMPLED = 1;
const unsetCode: SpanStatusCode.UNSET = 0;
const errorCode: SpanStatusCode.ERROR = 2;

type SpanStart = {
  readonly name: string;
  readonly kind: SpanKindNumber;
  readonly traceId: string;
  readonly spanId?: string | undefined;
  readonly parentSpanId?: string | undefined;
  readonly traceState?: string | undefined;
  /** The parent is the span of another process, or of another invocation. */
  readonly parentIsRemote?: boolean | undefined;
  /** Owned by the span from here on. */
  readonly attributes: LooseAttributes;
  readonly links?: Link[] | undefined;
  readonly invocation: Invocation | undefined;
  readonly startMs?: number | undefined;
};

let onLate: ((waitUntil: NonNullable<Invocation["waitUntil"]>) => void) | undefined;
/** What is done when a span ends after the entry of its invocation; set by the entries, because spans know no exporter. */
export const setLateHandler = (handler: typeof onLate): void => {
  onLate = handler;
};

/** A span of the OpenTelemetry API that keeps what the exporter needs and nothing else. */
export class KitSpan implements Span, SpanRecord {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState: string | undefined;
  readonly parentIsRemote: boolean;
  readonly kind: SpanKindNumber;
  readonly startMs: number;
  readonly invocation: Invocation | undefined;
  readonly attributes: LooseAttributes;
  name: string;
  endMs = 0;
  failed = false;
  links: Link[] | undefined;
  events: SpanEvent[] | undefined;
  #onException: ((error: unknown, span: KitSpan) => void) | undefined;

  constructor(start: SpanStart, onException?: (error: unknown, span: KitSpan) => void) {
    this.traceId = start.traceId;
    this.spanId = start.spanId ?? newSpanId();
    this.parentSpanId = start.parentSpanId;
    this.traceState = start.traceState;
    this.parentIsRemote = start.parentIsRemote === true;
    this.name = start.name;
    this.kind = start.kind;
    this.startMs = start.startMs ?? Date.now();
    this.attributes = start.attributes;
    this.links = start.links;
    this.invocation = start.invocation;
    this.#onException = onException;
  }

  /** Adds attributes; a later value of a name wins. */
  annotate(attributes: Attributes): void {
    if (this.endMs === 0) Object.assign(this.attributes, attributes);
  }

  /** Marks the span with the reason of a failure; what callers do wrong is a reason, but not an error. */
  fail(type: ErrorType): void {
    if (this.endMs !== 0) return;
    this.attributes["error.type"] = type;
    this.failed = isFault(type);
  }

  /** Links to another span, once. */
  addRemote(link: Link): void {
    this.links ??= [];
    const known = this.links.some(
      ({ traceId, spanId }) => traceId === link.traceId && spanId === link.spanId,
    );
    if (this.endMs === 0 && !known && this.links.length < linksMax) this.links.push(link);
  }

  failWith(error: unknown): void {
    this.fail(errorTypeOf(error));
  }

  end(endTime?: TimeInput): void {
    if (this.endMs !== 0) return;
    this.endMs = millis(endTime) ?? Date.now();
    offerSpan(this);
    const { invocation } = this;
    if (invocation?.toldInFull !== undefined && invocation.waitUntil !== undefined)
      onLate?.(invocation.waitUntil);
  }

  // The rest is the OpenTelemetry API, for spans that a user makes.

  spanContext(): SpanContext {
    const context: SpanContext = {
      traceId: this.traceId,
      spanId: this.spanId,
      traceFlags: sampled,
    };
    if (this.traceState !== undefined) context.traceState = traceStateOf(this.traceState);
    return context;
  }

  setAttribute(name: string, value: unknown): this {
    if (this.endMs === 0) this.attributes[name] = value;
    return this;
  }

  setAttributes(attributes: OtelAttributes): this {
    this.annotate(attributes as Attributes);
    return this;
  }

  addEvent(name: string, attributes?: OtelAttributes | TimeInput, time?: TimeInput): this {
    const bag = isTime(attributes) ? {} : { ...attributes };
    const timeMs = millis(isTime(attributes) ? attributes : time) ?? Date.now();
    this.events ??= [];
    if (this.endMs === 0 && this.events.length < eventsMax)
      this.events.push({ name, timeMs, attributes: bag });
    return this;
  }

  addLink(link: OtelLink): this {
    this.addRemote(toLink(link));
    return this;
  }

  addLinks(links: OtelLink[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.endMs !== 0 || status.code === unsetCode) return this;
    this.failed = status.code === errorCode;
    if (this.failed) this.attributes["error.type"] ??= "_OTHER";
    return this;
  }

  updateName(name: string): this {
    if (this.endMs === 0) this.name = name;
    return this;
  }

  isRecording(): boolean {
    return this.endMs === 0;
  }

  /** Exceptions are log records; span events for them are deprecated in semantic conventions 1.44. */
  recordException(exception: Exception): void {
    this.#onException?.(exception, this);
  }
}

export function toLink({ context, attributes }: OtelLink): Link {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    traceState: context.traceState?.serialize(),
    ...(attributes && { attributes: { ...attributes } }),
  };
}

const isTime = (value: unknown): value is TimeInput =>
  typeof value === "number" || value instanceof Date || Array.isArray(value);

/** The API's three shapes of a time, as epoch milliseconds; a number below a year's worth is a performance clock, which Workers lack. */
export function millis(time: TimeInput | undefined): number | undefined {
  if (time === undefined) return undefined;
  if (Array.isArray(time)) return Math.round(time[0] * 1e3 + time[1] / 1e6);
  return Math.round(time instanceof Date ? time.getTime() : time);
}
