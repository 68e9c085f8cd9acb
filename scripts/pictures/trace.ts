/** One span as it is drawn. Times are milliseconds since the start of the trace; `depth` counts from the root. */
export type DrawnSpan = {
  readonly name: string;
  readonly kind: "server" | "client" | "producer" | "consumer" | "internal";
  readonly depth: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
};

type OtlpSpan = {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: string | number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: string | number };
};
type Batch = { readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[] };
/** A trace as Tempo answers `GET /api/traces/{id}`. */
export type TempoTrace = { readonly batches?: readonly Batch[] };

/** Orders the spans of a trace as a tree is read: parents first, siblings by start. */
export function treeOf(trace: TempoTrace): DrawnSpan[] {
  const spans = (trace.batches ?? []).flatMap((batch) =>
    (batch.scopeSpans ?? []).flatMap((scope) => scope.spans ?? []),
  );
  const ids = new Set(spans.map((span) => span.spanId));
  const ordered = [...spans].sort((a, b) =>
    Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)),
  );
  const first = ordered[0]?.startTimeUnixNano ?? "0";
  const walk = (span: OtlpSpan, depth: number): DrawnSpan[] => [
    drawn(span, depth, first),
    ...ordered
      .filter((child) => child.parentSpanId === span.spanId)
      .flatMap((child) => walk(child, depth + 1)),
  ];
  return ordered
    .filter((span) => !span.parentSpanId || !ids.has(span.parentSpanId))
    .flatMap((root) => walk(root, 0));
}

const kinds = { 2: "server", 3: "client", 4: "producer", 5: "consumer" } as const;

function drawn(span: OtlpSpan, depth: number, first: string): DrawnSpan {
  const named = String(span.kind ?? "")
    .replace("SPAN_KIND_", "")
    .toLowerCase();
  const kind =
    kinds[span.kind as keyof typeof kinds] ??
    (Object.values(kinds).find((name) => name === named) || "internal");
  const milliseconds = (from: string, to: string) => Number(BigInt(to) - BigInt(from)) / 1e6;
  return {
    name: span.name,
    kind,
    depth,
    startMs: milliseconds(first, span.startTimeUnixNano),
    durationMs: milliseconds(span.startTimeUnixNano, span.endTimeUnixNano),
    failed: span.status?.code === 2 || span.status?.code === "STATUS_CODE_ERROR",
  };
}
