import { askJson } from "../ask/ask.ts";

/** A span as the console needs it beside the Gantt. Times are milliseconds since 1970. */
export type Span = {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** Trace ids that it links to. */
  readonly links: readonly string[];
};
export type Trace = {
  readonly id: string;
  readonly spans: readonly Span[];
  readonly startMs: number;
  readonly durationMs: number;
  /** Names of the services that took part. */
  readonly services: readonly string[];
};

type KeyValue = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };
type OtlpSpan = {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number | string };
  readonly attributes?: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string }[];
};
type Answer = {
  readonly batches?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
};

/** One trace, its spans by start; parents of the same start come first. */
export async function traceOf(id: string): Promise<Trace> {
  const { batches = [] } = await askJson<Answer>(`/proxy/tempo/api/traces/${encodeURIComponent(id)}`);
  const spans = batches
    .flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans: some = [] }) => some.map(spanOf)))
    .sort((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs);
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  const services = batches.map(({ resource }) => attributesOf(resource?.attributes)["service.name"] ?? "");
  return { id, spans, startMs, durationMs: endMs - startMs, services: [...new Set(services)] };
}

/** The span that began it: the first without a parent in this trace. */
export function rootOf({ spans }: Trace): Span | undefined {
  const ids = new Set(spans.map(({ id }) => id));
  return spans.find(({ parentId }) => !ids.has(parentId));
}

function spanOf(span: OtlpSpan): Span {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  return {
    id: hex(span.spanId),
    parentId: hex(span.parentSpanId ?? ""),
    name: span.name,
    startMs: Number(start / 1_000n) / 1_000,
    durationMs: Number(end - start) / 1e6,
    failed: span.status?.code === 2 || span.status?.code === "STATUS_CODE_ERROR",
    attributes: attributesOf(span.attributes),
    links: (span.links ?? []).map(({ traceId }) => hex(traceId)),
  };
}

const attributesOf = (all: readonly KeyValue[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(all.map(({ key, value }) => [key, String(Object.values(value)[0])]));

/** Tempo writes ids as base64, OTLP as hexadecimal digits. */
function hex(id: string): string {
  if (/^([0-9a-f]{16}|[0-9a-f]{32})?$/i.test(id)) return id.toLowerCase();
  return [...atob(id)].map((character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
