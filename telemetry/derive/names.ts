import type { AttributeName } from "../attributes.ts";
import { type MetricName, metrics } from "../metrics.ts";

type Definition = { readonly instrument: "histogram" | "counter" | "gauge"; readonly unit: string };

const units: Readonly<Record<string, string>> = { s: "seconds", By: "bytes", "1": "ratio" };

/**
 * The name that Prometheus gives a metric received by OTLP, without the `_bucket`, `_sum`, `_count` of a histogram.
 *
 * @source https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusName(metric: MetricName): string {
  const { instrument, unit }: Definition = metrics[metric];
  // Annotations such as {event} are no units and leave no trace in the name.
  const suffixes = [units[unit], instrument === "counter" ? "total" : undefined].filter(Boolean);
  return [labelName(metric as string), ...suffixes].join("_");
}

/** The label that Prometheus makes of an attribute. */
export const labelName = (attribute: AttributeName | (string & {})): string =>
  attribute.replace(/[^a-zA-Z0-9_]/g, "_");
