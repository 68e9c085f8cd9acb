import { attributes, errorTypes, resourceAttributes } from "../attributes.ts";
import { bindingSpans } from "../binding-spans.ts";
import { attributeBriefs, bindingSpanBriefs, logEventBriefs, metricBriefs, spanBriefs } from "../briefs.ts";
import { prometheusName } from "../derive/names.ts";
import { everyRecord, logEvents, modules } from "../log-events.ts";
import { metrics } from "../metrics.ts";
import { everySpan, spans } from "../spans.ts";

export type AttributeRow = {
  readonly type: "string" | "int" | "double" | "boolean";
  /** Distinct values. */
  readonly bound: number | "unbounded";
  readonly values?: readonly string[];
  readonly exported: boolean;
  readonly brief: string;
};
export type SpanKind = "SERVER" | "CLIENT" | "PRODUCER" | "CONSUMER" | "INTERNAL";
export type SpanRow = {
  readonly madeBy: "application" | "kit";
  readonly kind: SpanKind;
  readonly names: readonly string[];
  readonly is: Readonly<Record<string, string | boolean>>;
  readonly required: readonly string[];
  readonly attributes: readonly string[];
  readonly brief: string;
};
export type MetricRow = {
  readonly instrument: "histogram" | "counter" | "gauge";
  readonly unit: string;
  readonly source: "collector" | "worker" | "probe";
  readonly labels: readonly string[];
  readonly edgesSeconds?: readonly number[];
  /** Label sets for one service and environment. */
  readonly seriesMax: number;
  readonly prometheusName: string;
  readonly brief: string;
};
export type LogEventRow = {
  readonly severities: readonly string[];
  readonly module?: string;
  readonly fields: readonly string[];
  readonly brief: string;
};

/** Everything that may appear in telemetry, as one plain value: what tools, tests and documents read. */
export type Registry = {
  readonly attributes: Readonly<Record<string, AttributeRow>>;
  readonly resource: readonly string[];
  readonly spans: Readonly<Record<string, SpanRow>>;
  /** What any span may carry. */
  readonly everySpan: readonly string[];
  readonly metrics: Readonly<Record<string, MetricRow>>;
  readonly logEvents: Readonly<Record<string, LogEventRow>>;
  /** What any log record may carry. */
  readonly everyRecord: readonly string[];
  readonly modules: readonly string[];
  /** `answer`: the caller's doing, no error of ours; `fault`: it is. */
  readonly errorTypes: Readonly<Record<string, "answer" | "fault">>;
};

export const registry: Registry = {
  attributes: mapped(attributes, (row: Omit<AttributeRow, "exported" | "brief">, name) => ({
    ...row,
    exported: !("exported" in row),
    brief: attributeBriefs[name],
  })),
  resource: resourceAttributes,
  spans: {
    ...mapped(
      spans,
      (row: { attributes: readonly string[]; required?: readonly string[] }, name): SpanRow => {
        const required = row.required ?? [];
        const others = row.attributes.filter((attribute) => !required.includes(attribute));
        return {
          madeBy: "application",
          kind: "INTERNAL",
          names: [name],
          is: {},
          required,
          attributes: others,
          brief: spanBriefs[name],
        };
      },
    ),
    ...mapped(
      bindingSpans,
      (row: Omit<SpanRow, "madeBy" | "is" | "brief"> & Partial<Pick<SpanRow, "is">>, name) => ({
        madeBy: "kit" as const,
        ...row,
        is: row.is ?? {},
        brief: bindingSpanBriefs[name],
      }),
    ),
  },
  everySpan,
  metrics: mapped(
    metrics,
    (row: Omit<MetricRow, "seriesMax" | "prometheusName" | "brief"> & { seriesMax?: number }, name) => ({
      ...row,
      seriesMax: row.seriesMax ?? product(row.labels),
      prometheusName: prometheusName(name),
      brief: metricBriefs[name],
    }),
  ),
  logEvents: mapped(logEvents, (row: Omit<LogEventRow, "brief">, name) => ({
    ...row,
    brief: logEventBriefs[name],
  })),
  everyRecord,
  modules,
  errorTypes,
};

/** Label sets that the bounds of the labels allow. */
export function product(labels: readonly string[]): number {
  const bounds: Readonly<Record<string, { readonly bound: number | "unbounded" }>> = attributes;
  return labels.reduce((sets, label) => {
    const bound = bounds[label]?.bound;
    return sets * (typeof bound === "number" ? bound : Number.POSITIVE_INFINITY);
  }, 1);
}

function mapped<T extends object, Row, Out>(
  table: T,
  out: (row: Row, name: keyof T & string) => Out,
): Record<string, Out> {
  return Object.fromEntries(
    (Object.entries(table) as [keyof T & string, Row][]).map(([name, row]) => [name, out(row, name)]),
  );
}
