import { admitAll } from "./admit.ts";
import { buffer, type Sink } from "./export/buffer.ts";
import type { Link, LogRecord, LooseAttributes, Point, SpanRecord } from "./records.ts";
import { spanKinds } from "./records.ts";

/** A span as it would leave. */
export type RecordedSpan = Omit<SpanRecord, "kind" | "attributes" | "links" | "events" | "invocation"> & {
  readonly kind: keyof typeof spanKinds;
  /** As they would leave: allow-listed, scrubbed, with the fields of the invocation. */
  readonly attributes: LooseAttributes;
  readonly links: readonly Link[];
};
/** A log record as it would leave. */
export type RecordedLog = Omit<LogRecord, "attributes" | "invocation"> & {
  readonly attributes: LooseAttributes;
};
/** A span and what it caused in this isolate. */
export type SpanTree = { readonly span: RecordedSpan; readonly children: readonly SpanTree[] };

/** Everything that ended in this isolate since the recording began, read when asked. */
export type Recording = {
  spans(): RecordedSpan[];
  logs(): RecordedLog[];
  points(): Point[];
  /** Roots in order of start, children below them. A span whose parent was not recorded is a root. */
  trees(): SpanTree[];
  /** The trees as text, one `KIND name` a line, indented by depth. */
  outline(): string;
  clear(): void;
  stop(): void;
};

const sinks = new Set<Sink>();
const everySink: Sink = {
  span: (span) => {
    for (const sink of sinks) sink.span(span);
  },
  log: (log) => {
    for (const sink of sinks) sink.log(log);
  },
  point: (point) => {
    for (const sink of sinks) sink.point(point);
  },
};

/** Shows every record to `sink` as it ends, as the application made it: before the allow-list. Any number at a time. @returns stops it */
export function watch(sink: Sink): () => void {
  sinks.add(sink);
  buffer.sink = everySink;
  return () => {
    sinks.delete(sink);
    if (sinks.size === 0) buffer.sink = undefined;
  };
}

let stopLast = () => {};

/** Starts an in-memory double of the exporter; works without an endpoint. One at a time: it ends the one before. */
export function startRecording(): Recording {
  stopLast();
  let spans: SpanRecord[] = [];
  let logs: LogRecord[] = [];
  let points: Point[] = [];
  const stop = watch({
    span: (span) => void spans.push(span),
    log: (log) => void logs.push(log),
    point: (point) => void points.push({ ...point }),
  });
  stopLast = stop;
  const read = () => spans.map(readSpan);
  return {
    spans: read,
    logs: () =>
      logs.map(({ attributes, invocation, ...log }) => ({
        ...log,
        attributes: admitAll(invocation?.fields, attributes),
      })),
    points: () => [...points],
    trees: () => treesOf(read()),
    outline: () =>
      treesOf(read())
        .map((tree) => outlineOf(tree, ""))
        .join(""),
    clear: () => {
      spans = [];
      logs = [];
      points = [];
    },
    stop,
  };
}

const kindNames = new Map(
  Object.entries(spanKinds).map(([name, number]) => [number, name as keyof typeof spanKinds]),
);

function readSpan(span: SpanRecord): RecordedSpan {
  const { traceId, spanId, parentSpanId, traceState, parentIsRemote, name, startMs, endMs, failed } = span;
  const attributes = admitAll(span.invocation?.fields, span.attributes);
  const kind = kindNames.get(span.kind) ?? "INTERNAL";
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState,
    parentIsRemote,
    name,
    kind,
    startMs,
    endMs,
    failed,
    attributes,
    links: span.links ?? [],
  };
}

function treesOf(spans: readonly RecordedSpan[]): SpanTree[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId && ids.has(parentSpanId) ? parentSpanId : "",
  );
  const grow = (span: RecordedSpan): SpanTree => ({
    span,
    children: (children.get(span.spanId) ?? []).toSorted(byStart).map(grow),
  });
  return (children.get("") ?? []).toSorted(byStart).map(grow);
}

// The clock has milliseconds only; spans that start in the same one keep the order of their end.
const byStart = (a: RecordedSpan, b: RecordedSpan) => a.startMs - b.startMs;

const outlineOf = ({ span, children }: SpanTree, indent: string): string =>
  `${indent}${span.kind} ${span.name}\n${children.map((child) => outlineOf(child, `${indent}  `)).join("")}`;
