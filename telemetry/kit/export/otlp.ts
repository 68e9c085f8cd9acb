import { admit, admitName, isInteger } from "../admit.ts";
import type {
  Invocation,
  Link,
  LogRecord,
  LooseAttributes,
  Point,
  SpanEvent,
  SpanRecord,
} from "../records.ts";
import { resource } from "../resource.ts";

// Written by hand: JSON.stringify of a tree built for it costs three times as much, and every value passes the allow-list here.

/** `/v1/traces` body. */
export const encodeSpans = (spans: readonly SpanRecord[]): string =>
  envelope("resourceSpans", "scopeSpans", `"spans":[${spans.map(spanText).join(",")}]`);

/** `/v1/logs` body. */
export const encodeLogs = (logs: readonly LogRecord[]): string =>
  envelope("resourceLogs", "scopeLogs", `"logRecords":[${logs.map(logText).join(",")}]`);

/** `/v1/metrics` body: counters as delta sums, gauges as they are. */
export function encodePoints(points: readonly Point[]): string {
  const byMetric = Map.groupBy(points, ({ metric }) => metric);
  return envelope(
    "resourceMetrics",
    "scopeMetrics",
    `"metrics":[${[...byMetric].map(metricText).join(",")}]`,
  );
}

function envelope(resources: string, scopes: string, content: string): string {
  const who = `"resource":{"attributes":[${Object.entries(resource())
    .map(([name, value]) => pair(name, value, false))
    .join(",")}]}`;
  return `{"${resources}":[{${who},"${scopes}":[{"scope":{"name":"frontdesk.kit"},${content}}]}]}`;
}

function spanText(span: SpanRecord): string {
  const parent = span.parentSpanId === undefined ? "" : `"parentSpanId":"${span.parentSpanId}",`;
  const state = span.traceState === undefined ? "" : `"traceState":${JSON.stringify(span.traceState)},`;
  const links = span.links?.length ? `,"links":[${span.links.map(linkText).join(",")}]` : "";
  const events = span.events?.length ? `,"events":[${span.events.map(eventText).join(",")}]` : "";
  return (
    `{"traceId":"${span.traceId}","spanId":"${span.spanId}",${parent}${state}"flags":257,` +
    `"name":${JSON.stringify(admitName(span.name))},"kind":${span.kind},` +
    `"startTimeUnixNano":"${nanos(span.startMs)}","endTimeUnixNano":"${nanos(Math.max(span.endMs, span.startMs))}",` +
    `"attributes":[${attributesText(span.attributes, span.invocation)}]${links}${events},"status":${span.failed ? '{"code":2}' : "{}"}}`
  );
}

const linkText = ({ traceId, spanId, traceState, attributes }: Link) =>
  `{"traceId":"${traceId}","spanId":"${spanId}"${traceState === undefined ? "" : `,"traceState":${JSON.stringify(traceState)}`}` +
  `${attributes ? `,"attributes":[${bagText(attributes)}]` : ""}}`;

const eventText = ({ name, timeMs, attributes }: SpanEvent) =>
  `{"timeUnixNano":"${nanos(timeMs)}","name":${JSON.stringify(admitName(name))},"attributes":[${bagText(attributes)}]}`;

function logText(log: LogRecord): string {
  const ids =
    log.traceId === undefined ? "" : `"traceId":"${log.traceId}","spanId":"${log.spanId}","flags":1,`;
  const time = nanos(log.timeMs);
  return (
    `{"timeUnixNano":"${time}","observedTimeUnixNano":"${time}","severityNumber":${log.severityNumber},` +
    `"severityText":"${log.severityText}","eventName":${JSON.stringify(log.event)},${ids}` +
    `"body":{"stringValue":${JSON.stringify(log.message ?? log.event)}},"attributes":[${attributesText(log.attributes, log.invocation)}]}`
  );
}

function metricText([name, points]: [string, Point[]]): string {
  const data = points.map(pointText).join(",");
  const { kind, unit } = points[0] as Point;
  const shape =
    kind === "gauge"
      ? `"gauge":{"dataPoints":[${data}]}`
      : `"sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[${data}]}`;
  return `{"name":"${name}","unit":${JSON.stringify(unit)},${shape}}`;
}

const pointText = (point: Point) =>
  `{"attributes":[${bagText(point.labels)}],"startTimeUnixNano":"${nanos(point.startMs)}",` +
  `"timeUnixNano":"${nanos(point.timeMs)}","asDouble":${point.value}}`;

/** The record's own attributes, then those of its invocation that it does not name itself. */
function attributesText(own: LooseAttributes, invocation: Invocation | undefined): string {
  const text = bagText(own);
  if (invocation === undefined) return text;
  invocation.encoded ??= bagText(invocation.fields);
  const shared = Object.keys(invocation.fields).some((name) => name in own)
    ? bagText(Object.fromEntries(Object.entries(invocation.fields).filter(([name]) => !(name in own))))
    : invocation.encoded;
  return text === "" || shared === "" ? text + shared : `${text},${shared}`;
}

function bagText(bag: LooseAttributes): string {
  let text = "";
  for (const name in bag) {
    const value = admit(name, bag[name]);
    if (value === undefined) continue;
    text += text === "" ? pair(name, value, isInteger(name)) : `,${pair(name, value, isInteger(name))}`;
  }
  return text;
}

function pair(name: string, value: string | number | boolean, integer: boolean): string {
  const typed =
    typeof value === "string"
      ? `"stringValue":${JSON.stringify(value)}`
      : typeof value === "boolean"
        ? `"boolValue":${value}`
        : integer
          ? `"intValue":"${value}"`
          : `"doubleValue":${value}`;
  return `{"key":"${name}","value":{${typed}}}`;
}

// Milliseconds are all that the platform's clock has.
const nanos = (epochMs: number): string => `${Math.max(0, Math.trunc(epochMs))}000000`;
