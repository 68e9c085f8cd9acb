export type Span = {
  readonly name: string;
  readonly kind: string;
  readonly id: string;
  readonly parentId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Trace ids, hexadecimal. */
  readonly links: readonly string[];
};

/** Trace ids that a TraceQL query finds. */
export const search = async (base: string, traceql: string): Promise<string[]> =>
  // Tempo drops leading zeros.
  (await found(base, traceql)).map(({ traceID }) => traceID.padStart(32, "0"));

/** How many spans a TraceQL query finds, however many of them are in one trace. */
export const countSpans = async (base: string, traceql: string): Promise<number> =>
  (await found(base, traceql)).reduce((sum, { spanSet }) => sum + (spanSet?.matched ?? 0), 0);

type Found = { traceID: string; spanSet?: { matched: number } };

/** Longer than a whole run of the suite. */
const windowSeconds = 3_600;

// Without a window Tempo looks at the newest traces only.
async function found(base: string, traceql: string): Promise<Found[]> {
  const now = Math.floor(Date.now() / 1000);
  const window = { start: String(now - windowSeconds), end: String(now + 60) };
  const response = await fetch(
    `${base}/api/search?${new URLSearchParams({ q: traceql, limit: "5000", spss: "1", ...window })}`,
  );
  if (!response.ok) throw new Error(`Tempo: ${response.status} ${await response.text()} (${traceql})`);
  const { traces = [] } = (await response.json()) as { traces?: Found[] };
  return traces;
}

/** Values that an attribute has in any trace, e.g. of `resource.service.name`. */
export async function valuesOf(base: string, attribute: string): Promise<string[]> {
  const response = await fetch(`${base}/api/v2/search/tag/${attribute}/values`);
  if (!response.ok) throw new Error(`Tempo: ${response.status} ${await response.text()} (${attribute})`);
  const { tagValues } = (await response.json()) as { tagValues: { value: string }[] };
  return tagValues.map(({ value }) => value);
}

/** One trace as Tempo tells it; empty text when it does not know it yet. */
export async function rawTrace(base: string, traceId: string): Promise<string> {
  const response = await fetch(`${base}/api/traces/${traceId}`);
  return response.ok ? response.text() : "";
}

type Value = Readonly<Record<string, unknown>>;
type OtlpSpan = {
  name: string;
  kind?: string;
  spanId: string;
  parentSpanId?: string;
  attributes?: { key: string; value: Value }[];
  links?: { traceId: string }[];
};
type OtlpTrace = { batches: { scopeSpans: { spans: OtlpSpan[] }[] }[] };

/** Spans of a trace; none when Tempo does not know it yet. */
export async function spansOf(base: string, traceId: string): Promise<Span[]> {
  const text = await rawTrace(base, traceId);
  if (text === "") return [];
  const trace = JSON.parse(text) as OtlpTrace;
  return trace.batches.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(spanOf)));
}

const spanOf = (span: OtlpSpan): Span => ({
  name: span.name,
  kind: (span.kind ?? "").replace("SPAN_KIND_", ""),
  id: span.spanId,
  parentId: span.parentSpanId ?? "",
  attributes: Object.fromEntries(
    (span.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
  ),
  links: (span.links ?? []).map(({ traceId }) => Buffer.from(traceId, "base64").toString("hex")),
});
