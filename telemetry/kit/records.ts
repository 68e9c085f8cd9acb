/** OTLP's numbers for the kind of a span. */
export const spanKinds = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 } as const;
export type SpanKindNumber = (typeof spanKinds)[keyof typeof spanKinds];

/** Attributes before the allow-list: whatever the caller gave. */
export type LooseAttributes = Record<string, unknown>;

/** One entry into user code: a request, a message, a cron tick, a call of a Durable Object. */
export type Invocation = {
  /** Every span and log record of this invocation carries these. */
  readonly fields: LooseAttributes;
  /** `fields` as OTLP text, kept until they change. */
  encoded: string | undefined;
  /** The Durable Object that runs, so that its calls to itself are not taken for calls from outside; unknown until it is made. */
  object: object | undefined;
  /** Keeps work alive that is about this invocation; undefined where nobody can. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Records of success that wait for its end, which decides about them. */
  withheld?: Withheld[] | undefined;
  /** Whether it failed, was slow or is kept on demand; undefined while it runs. */
  toldInFull?: boolean;
};

/** Why a record of success was not written. */
export type SuppressionReason = "sampled" | "rate_limited";
export type Withheld = {
  readonly severity: "debug" | "info" | "warn" | "error";
  readonly record: LogRecord;
  readonly reason: SuppressionReason;
};

export type Link = {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string | undefined;
  readonly attributes?: LooseAttributes;
};
export type SpanEvent = {
  readonly name: string;
  readonly timeMs: number;
  readonly attributes: LooseAttributes;
};

/** A span as the exporter reads it; times are epoch milliseconds. */
export type SpanRecord = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState: string | undefined;
  /** Whether the parent is in another process or invocation. */
  readonly parentIsRemote: boolean;
  readonly name: string;
  readonly kind: SpanKindNumber;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly attributes: LooseAttributes;
  readonly links: readonly Link[] | undefined;
  readonly events: readonly SpanEvent[] | undefined;
  readonly invocation: Invocation | undefined;
};

export type LogRecord = {
  readonly timeMs: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly event: string;
  readonly message: string | undefined;
  readonly attributes: LooseAttributes;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly invocation: Invocation | undefined;
};

/** One sample of a metric: a delta of a counter, or the value of a gauge. */
export type Point = {
  readonly metric: string;
  readonly unit: string;
  readonly kind: "sum" | "gauge";
  readonly labels: LooseAttributes;
  startMs: number;
  timeMs: number;
  value: number;
};

export type Signal = "traces" | "logs" | "metrics";
