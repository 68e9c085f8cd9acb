import { type Admitted, admit, admitName, isInteger, isRepeated } from "../admit.ts";
import { config } from "../config.ts";
import { refuse } from "../log.ts";
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
import { scrub } from "../scrub.ts";

// Written by hand: JSON.stringify of a tree built for it costs three times as much, and every value passes the allow-list here.

/** `/v1/traces` body. */
export const encodeSpans = (spans: readonly SpanRecord[]): string =>
  envelope("resourceSpans", "scopeSpans", `"spans":[${listText(spans, spanText)}]`);

/** `/v1/logs` body. */
export const encodeLogs = (logs: readonly LogRecord[]): string =>
  envelope("resourceLogs", "scopeLogs", `"logRecords":[${listText(logs, logText)}]`);

/** `/v1/metrics` body: counters as delta sums, gauges as they are. */
export function encodePoints(points: readonly Point[]): string {
  const byMetric = Map.groupBy(points, ({ metric }) => metric);
  return envelope(
    "resourceMetrics",
    "scopeMetrics",
    `"metrics":[${[...byMetric].map(metricText).join(",")}]`,
  );
}

// Text that is only added to is made flat once, at the end; join would do so for every part.
function listText<T>(items: readonly T[], textOf: (item: T) => string): string {
  let text = "";
  for (const item of items) text += text === "" ? textOf(item) : `,${textOf(item)}`;
  return text;
}

function envelope(resources: string, scopes: string, content: string): string {
  const who = `"resource":{"attributes":[${bagText(resource())}]}`;
  return `{"${resources}":[{${who},"${scopes}":[{"scope":{"name":"frontdesk.kit"},${content}}]}]}`;
}

/** Sampled, and whether the parent is remote, which is known. @source https://github.com/open-telemetry/opentelemetry-proto  SpanFlags */
const flags = { local: 0x101, remote: 0x301 } as const;

function spanText(span: SpanRecord): string {
  const parent = span.parentSpanId === undefined ? "" : `"parentSpanId":"${span.parentSpanId}",`;
  const state = stateText(span.traceState);
  const links = span.links?.length ? `,"links":[${span.links.map(linkText).join(",")}]` : "";
  const events = span.events?.length ? `,"events":[${span.events.map(eventText).join(",")}]` : "";
  return (
    `{"traceId":"${span.traceId}","spanId":"${span.spanId}",${parent}${state}"flags":${span.parentIsRemote ? flags.remote : flags.local},` +
    `"name":${JSON.stringify(admitName(span.name))},"kind":${span.kind},` +
    `"startTimeUnixNano":"${nanos(span.startMs)}","endTimeUnixNano":"${nanos(Math.max(span.endMs, span.startMs))}",` +
    `"attributes":[${attributesText(span.attributes, span.invocation)}]${links}${events},"status":${span.failed ? '{"code":2}' : "{}"}}`
  );
}

/** Others put into it what they like; what is not fit to leave goes whole, because a half means something else. */
const stateText = (state: string | undefined) =>
  state === undefined || scrub(state) !== state ? "" : `"traceState":${JSON.stringify(state)},`;

const linkText = ({ traceId, spanId, traceState, attributes }: Link) =>
  `{"traceId":"${traceId}",${stateText(traceState)}"spanId":"${spanId}"` +
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
  const { fields } = invocation;
  let shared: string;
  if (namesOneOf(fields, own)) shared = bagText(fields, own);
  else shared = invocation.encoded ??= bagText(fields);
  return text === "" || shared === "" ? text + shared : `${text},${shared}`;
}

function namesOneOf(fields: LooseAttributes, own: LooseAttributes): boolean {
  for (const name in fields) if (name in own) return true;
  return false;
}

function bagText(bag: LooseAttributes, without?: LooseAttributes): string {
  let text = "";
  for (const name in bag) {
    if (without !== undefined && name in without) continue;
    const one = pairText(name, bag[name]);
    if (one !== "") text += text === "" ? one : `,${one}`;
  }
  return text;
}

const valuesMax = 200;
// The same value has the same text: admitting and quoting it anew costs more than all the rest of an attribute.
const texts = new Map<string, Map<unknown, string>>();

/** One attribute, ready to leave; empty when it may not. */
function pairText(name: string, value: unknown): string {
  if (value === undefined) return "";
  const known = texts.get(name);
  const text = known?.get(value);
  if (text !== undefined) return text;
  const admitted = admit(name, value);
  if (admitted === undefined && value !== null && config().environment === "local")
    refuse(`attribute ${name}: no such row in attributes.ts, or not for this value`);
  const made = admitted === undefined ? "" : `{"key":"${name}","value":{${valueText(name, admitted)}}}`;
  if (isRepeated(name)) {
    if (known === undefined || known.size >= valuesMax) texts.set(name, new Map([[value, made]]));
    else known.set(value, made);
  }
  return made;
}

function valueText(name: string, value: Admitted): string {
  if (typeof value === "string") return `"stringValue":${JSON.stringify(value)}`;
  if (typeof value === "boolean") return `"boolValue":${value}`;
  return isInteger(name) ? `"intValue":"${value}"` : `"doubleValue":${value}`;
}

// Milliseconds are all that the platform's clock has.
const nanos = (epochMs: number): string => `${Math.max(0, Math.trunc(epochMs))}000000`;
