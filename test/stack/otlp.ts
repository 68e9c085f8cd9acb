import { randomBytes } from "node:crypto";

type Scalar = string | number | boolean;
export type Value = Scalar | readonly Value[] | { readonly [key: string]: Value };
type Attributes = Readonly<Record<string, Value>>;
export type TestSpan = {
  name: string;
  kind: 1 | 2 | 3 | 4 | 5;
  attributes?: Attributes;
  traceState?: string;
  /** Given: the span failed. */
  message?: string;
  durationMs?: number;
  /** Epoch milliseconds; now when absent. */
  endsAt?: number;
  events?: readonly { name: string; attributes?: Attributes }[];
};
export type TestLog = {
  body: Value;
  eventName?: string;
  severityText?: string;
  attributes?: Attributes;
};
/** Who sends: the service, where it runs, and attributes of its scope. */
export type Sender = {
  service?: string;
  environment?: string;
  scope?: { name: string; attributes?: Attributes };
};

/** Service of everything sent by hand, so that no other test counts it. */
export const service = "collector-test";
export const newTraceId = () => randomBytes(16).toString("hex");

/** Sends spans of one trace to a collector, as OTLP JSON. @throws Error unless it answers 2xx */
export async function sendSpans(
  base: string,
  traceId: string,
  spans: readonly TestSpan[],
  sender: Sender = {},
): Promise<void> {
  const resourceSpans = [
    {
      resource: resource("isolate-a", sender),
      scopeSpans: [{ scope: scope(sender), spans: spans.map((span) => spanOf(traceId, span)) }],
    },
  ];
  await post(`${base}/v1/traces`, { resourceSpans });
}

function spanOf(traceId: string, span: TestSpan) {
  const now = span.endsAt ?? Date.now();
  return {
    traceId,
    spanId: randomBytes(8).toString("hex"),
    name: span.name,
    kind: span.kind,
    traceState: span.traceState ?? "",
    startTimeUnixNano: nanoseconds(now - (span.durationMs ?? 20)),
    endTimeUnixNano: nanoseconds(now),
    attributes: keyValues(span.attributes ?? {}),
    events: (span.events ?? []).map(({ name, attributes = {} }) => ({
      name,
      timeUnixNano: nanoseconds(now),
      attributes: keyValues(attributes),
    })),
    status: { code: span.message === undefined ? 0 : 2, message: span.message ?? "" },
  };
}

/** Sends one log record of a trace. */
export async function sendLog(
  base: string,
  traceId: string,
  log: TestLog,
  sender: Sender = {},
): Promise<void> {
  const record = {
    timeUnixNano: nanoseconds(Date.now()),
    severityNumber: 9,
    severityText: log.severityText ?? "INFO",
    body: anyValue(log.body),
    eventName: log.eventName ?? "",
    traceId,
    attributes: keyValues(log.attributes ?? {}),
  };
  await post(`${base}/v1/logs`, {
    resourceLogs: [
      {
        resource: resource("isolate-a", sender),
        scopeLogs: [{ scope: scope(sender), logRecords: [record] }],
      },
    ],
  });
}

/** Sends one delta of a sum from one isolate. */
export async function sendDelta(base: string, isolate: string, name: string, value: number): Promise<void> {
  const point = {
    startTimeUnixNano: nanoseconds(Date.now() - 1000),
    timeUnixNano: nanoseconds(Date.now()),
    asInt: value,
  };
  await sendMetric(base, isolate, {
    name,
    sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] },
  });
}

/** Sends one value of a gauge from one isolate. */
export async function sendGauge(
  base: string,
  isolate: string,
  name: string,
  value: number,
  labels: Attributes = {},
  sender: Sender = {},
): Promise<void> {
  const point = {
    timeUnixNano: nanoseconds(Date.now()),
    asDouble: value,
    attributes: keyValues(labels),
  };
  await sendMetric(base, isolate, { name, gauge: { dataPoints: [point] } }, sender);
}

const sendMetric = (base: string, isolate: string, metric: object, sender: Sender = {}) =>
  post(`${base}/v1/metrics`, {
    resourceMetrics: [{ resource: resource(isolate, sender), scopeMetrics: [{ metrics: [metric] }] }],
  });

const resource = (isolate: string, { service: name = service, environment }: Sender = {}) => ({
  attributes: keyValues({
    "service.name": name,
    "service.instance.id": isolate,
    ...(environment !== undefined && { "deployment.environment.name": environment }),
  }),
});

const scope = ({ scope: { name, attributes = {} } = { name: "" } }: Sender) => ({
  name,
  attributes: keyValues(attributes),
});

const keyValues = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: Value): object {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return { intValue: value };
  if (typeof value === "string") return { stringValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as Attributes) } };
}

const nanoseconds = (milliseconds: number) => String(BigInt(milliseconds) * 1_000_000n);

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}
