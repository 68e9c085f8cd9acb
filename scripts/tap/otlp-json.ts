/** One span as the printer needs it. Times are epoch milliseconds with a fraction. */
export type TapSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
  readonly statusMessage: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
};

type Json = { readonly [key: string]: unknown };

const kinds = ["internal", "internal", "server", "client", "producer", "consumer"] as const;

/**
 * Spans of an OTLP/HTTP JSON request. What is not shaped like a span is left out: the collector judges, not the printer.
 *
 * @throws SyntaxError when the text is not JSON
 * @source https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function spansOf(text: string): TapSpan[] {
  const request = object(JSON.parse(text));
  return list(request.resourceSpans)
    .flatMap((resource) => list(resource.scopeSpans))
    .flatMap((scope) => list(scope.spans))
    .flatMap(toSpan);
}

function toSpan(span: Json): TapSpan[] {
  const [traceId, spanId] = [string(span.traceId), string(span.spanId)];
  if (traceId === "" || spanId === "") return [];
  const status = object(span.status);
  return [
    {
      traceId,
      spanId,
      parentId: string(span.parentSpanId),
      name: string(span.name),
      kind: kindOf(span.kind),
      startMs: milliseconds(span.startTimeUnixNano),
      endMs: milliseconds(span.endTimeUnixNano),
      isError: status.code === 2 || status.code === "STATUS_CODE_ERROR",
      statusMessage: string(status.message),
      attributes: new Map(
        list(span.attributes).map(({ key, value }) => [string(key), attribute(object(value))]),
      ),
      links: list(span.links).map((link) => ({ traceId: string(link.traceId), spanId: string(link.spanId) })),
    },
  ];
}

/** Proto JSON allows the number and the name of an enum value. */
function kindOf(kind: unknown): TapSpan["kind"] {
  if (typeof kind === "number") return kinds[kind] ?? "internal";
  return kinds.find((name) => kind === `SPAN_KIND_${name.toUpperCase()}`) ?? "internal";
}

/** Nanoseconds of today do not fit a double: milliseconds and the rest are taken apart as text. */
function milliseconds(nanoseconds: unknown): number {
  const digits = string(nanoseconds).padStart(7, "0");
  return Number(digits.slice(0, -6)) + Number(digits.slice(-6)) / 1e6;
}

function attribute(value: Json): string {
  const [only] = Object.values(value);
  return typeof only === "object" ? JSON.stringify(only) : String(only ?? "");
}

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
const string = (value: unknown): string =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "bigint"
      ? String(value)
      : "";
