import type { LiveCheck } from "./live-check.ts";
import { type SeenAttributes, spanKindOf } from "./seen.ts";

type Json = { readonly [key: string]: unknown };

/**
 * Holds an OTLP/JSON request of any signal against the registry. What is not shaped like OTLP is left out.
 *
 * @source https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function checkOtlp(check: LiveCheck, request: unknown): void {
  const { resourceSpans, resourceLogs, resourceMetrics } = object(request);
  for (const resource of [...list(resourceSpans), ...list(resourceLogs), ...list(resourceMetrics)]) {
    check.resource(attributesOf(object(resource.resource)));
    for (const scope of [
      ...list(resource.scopeSpans),
      ...list(resource.scopeLogs),
      ...list(resource.scopeMetrics),
    ]) {
      for (const span of list(scope.spans)) checkSpan(check, span);
      for (const log of list(scope.logRecords)) checkLog(check, log);
      for (const metric of list(scope.metrics)) checkMetric(check, metric);
    }
  }
}

function checkSpan(check: LiveCheck, span: Json): void {
  check.span({
    name: String(span.name),
    kind: spanKindOf(span.kind),
    attributes: attributesOf(span),
    events: list(span.events).map((event) => ({
      name: String(event.name),
      attributes: attributesOf(event),
    })),
    links: list(span.links).map((link) => ({ attributes: attributesOf(link) })),
  });
}

function checkLog(check: LiveCheck, log: Json): void {
  const severity = String(log.severityText).toLowerCase();
  check.log({ event: String(log.eventName), severity, attributes: attributesOf(log) });
}

function checkMetric(check: LiveCheck, metric: Json): void {
  const kind = (["sum", "gauge", "histogram"] as const).find((name) => name in metric);
  for (const point of list(object(metric[kind ?? "sum"]).dataPoints))
    check.point({
      metric: String(metric.name),
      unit: String(metric.unit),
      kind: kind ?? "sum",
      labels: attributesOf(point),
    });
}

const attributesOf = (holder: Json): SeenAttributes =>
  Object.fromEntries(list(holder.attributes).map(({ key, value }) => [String(key), scalarOf(object(value))]));

/** A 64-bit integer is text in OTLP's JSON; a list or a map stays what it is, and is no type of ours. */
function scalarOf(value: Json): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.arrayValue ?? value.kvlistValue;
}

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
