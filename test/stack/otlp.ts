import { randomBytes } from "node:crypto";

type Scalar = string | number | boolean;
type Attributes = Readonly<Record<string, Scalar>>;
export type TestSpan = {
  name: string;
  kind: 1 | 2 | 3 | 4 | 5;
  attributes?: Attributes;
  traceState?: string;
  message?: string;
};
export type TestLog = { body: string; eventName?: string; attributes?: Attributes };

/** Service of everything sent by hand, so that no other test counts it. */
export const service = "collector-test";
export const newTraceId = () => randomBytes(16).toString("hex");

/** Sends spans of one trace to a collector, as OTLP JSON. */
export async function sendSpans(base: string, traceId: string, spans: readonly TestSpan[]): Promise<void> {
  const now = Date.now();
  await post(`${base}/v1/traces`, {
    resourceSpans: [
      {
        resource: resource("isolate-a"),
        scopeSpans: [
          {
            spans: spans.map(({ name, kind, attributes = {}, traceState = "", message = "" }) => ({
              traceId,
              spanId: randomBytes(8).toString("hex"),
              name,
              kind,
              traceState,
              startTimeUnixNano: nanoseconds(now - 20),
              endTimeUnixNano: nanoseconds(now),
              attributes: keyValues(attributes),
              status: { code: message === "" ? 0 : 2, message },
            })),
          },
        ],
      },
    ],
  });
}

/** Sends one log record of a trace. */
export async function sendLog(base: string, traceId: string, log: TestLog): Promise<void> {
  const record = {
    timeUnixNano: nanoseconds(Date.now()),
    severityNumber: 9,
    severityText: "INFO",
    body: { stringValue: log.body },
    eventName: log.eventName ?? "",
    traceId,
    attributes: keyValues(log.attributes ?? {}),
  };
  await post(`${base}/v1/logs`, {
    resourceLogs: [{ resource: resource("isolate-a"), scopeLogs: [{ logRecords: [record] }] }],
  });
}

/** Sends one delta of a sum from one isolate. */
export async function sendDelta(base: string, isolate: string, name: string, value: number): Promise<void> {
  const point = {
    startTimeUnixNano: nanoseconds(Date.now() - 1000),
    timeUnixNano: nanoseconds(Date.now()),
    asInt: value,
  };
  const metrics = [{ name, sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] } }];
  await post(`${base}/v1/metrics`, {
    resourceMetrics: [{ resource: resource(isolate), scopeMetrics: [{ metrics }] }],
  });
}

const resource = (isolate: string) => ({
  attributes: keyValues({ "service.name": service, "service.instance.id": isolate }),
});

const keyValues = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: Scalar) {
  if (typeof value === "boolean") return { boolValue: value };
  return typeof value === "number" ? { intValue: value } : { stringValue: value };
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
