import type { SpanKind } from "./registry.ts";

export type SeenAttributes = Readonly<Record<string, unknown>>;

/** A span as it was emitted, whatever way it came. */
export type SeenSpan = {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: SeenAttributes;
  readonly events?: readonly { readonly name: string; readonly attributes: SeenAttributes }[];
  readonly links?: readonly { readonly attributes?: SeenAttributes }[];
};
export type SeenLog = {
  readonly event: string;
  /** In lower case. */
  readonly severity: string;
  readonly attributes: SeenAttributes;
};
export type SeenPoint = {
  readonly metric: string;
  readonly unit: string;
  readonly kind: "sum" | "gauge" | "histogram";
  readonly labels: SeenAttributes;
};

const kinds = ["INTERNAL", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"] as const;

/** OTLP's number or name of a span kind. */
export function spanKindOf(kind: unknown): SpanKind {
  if (typeof kind === "number") return kinds[kind] ?? "INTERNAL";
  return kinds.find((name) => kind === name || kind === `SPAN_KIND_${name}`) ?? "INTERNAL";
}
