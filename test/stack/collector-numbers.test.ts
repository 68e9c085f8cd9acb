import { beforeAll, describe, expect, inject, it } from "vitest";
import { newTraceId, sendDelta, sendLog, sendSpans, service, type TestSpan } from "./otlp.ts";
import { logs, rawLogs } from "./stores/logs.ts";
import { poll } from "./stores/poll.ts";
import { query, total } from "./stores/prometheus.ts";
import { rawTrace } from "./stores/tempo.ts";

const { urls } = inject("frontdesk");
const { collector } = urls;
const traceId = newTraceId();
const route = "/collector-test";
const entry = {
  "frontdesk.sli": true,
  "http.route": route,
  "http.request.method": "GET",
  "http.response.status_code": 200,
};

const secrets = {
  email: "canary@example.com",
  token: "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl",
  bearer: "Bearer canary0123456789",
  password: "canary-password-1",
  webhook: "whsec_canary0123456789",
};

const spans: TestSpan[] = [
  { name: `GET ${route}`, kind: 2, attributes: entry },
  {
    name: `GET ${route}`,
    kind: 2,
    attributes: { ...entry, "http.response.status_code": 503, "error.type": "unavailable" },
  },
  // None of these may count.
  { name: `GET ${route}`, kind: 2, attributes: { ...entry, "user_agent.synthetic.type": "test" } },
  { name: `GET ${route}`, kind: 2, attributes: { ...entry, "frontdesk.sli": false } },
  { name: `GET ${route}`, kind: 3, attributes: entry },
  { name: "RoomCalendar/hold", kind: 2, attributes: { "http.route": route } },
  // These count elsewhere.
  {
    name: "SELECT rooms",
    kind: 3,
    attributes: { "cloudflare.binding.type": "d1", "db.operation.name": "SELECT" },
  },
  {
    name: "booking.create",
    kind: 1,
    attributes: { "frontdesk.event.name": "booking.created", "frontdesk.outcome": "created" },
  },
  {
    name: `mail ${secrets.email}`,
    kind: 1,
    message: `${secrets.email} has ${secrets.token}`,
    attributes: {
      note: `${secrets.bearer}; ${secrets.webhook}`,
      "user.password": secrets.password,
      "client.address": "192.0.2.1",
    },
  },
];

beforeAll(async () => {
  await sendSpans(collector, traceId, spans);
  await sendSpans(collector, newTraceId(), [
    { name: `GET ${route}`, kind: 2, attributes: entry, traceState: "ot=th:e" },
  ]);
  await sendLog(collector, traceId, {
    body: `mail to ${secrets.email}`,
    eventName: "booking.created",
    attributes: { password: secrets.password },
  });
  for (const isolate of ["a", "b", "c"])
    for (let index = 0; index < 5; index += 1)
      await sendDelta(collector, isolate, "frontdesk.telemetry.dropped", 2);
});

const mine = `{service_name="${service}"}`;
const counted = (promql: string, value: number) =>
  poll(
    () => total(urls.prometheus, promql),
    (found) => found === value,
  );

describe("the SLI", () => {
  it("counts HTTP entry spans once each, whatever their tracestate claims, and neither synthetic nor inner ones", async () => {
    expect(await counted(`http_server_request_duration_seconds_count${mine}`, 3)).toBe(3);
    const samples = await query(urls.prometheus, `http_server_request_duration_seconds_count${mine}`);
    const {
      collector_instance_id: _collector,
      __name__: _name,
      ...labels
    } = samples.find(({ value }) => value === 1)?.metric ?? {};
    expect(labels).toEqual({
      job: service,
      service_name: service,
      http_request_method: "GET",
      http_route: route,
      http_response_status_code: "503",
      error_type: "unavailable",
    });
  });

  it("shows the first errors of a new series to rate()", async () => {
    const errors = `sum(increase(http_server_request_duration_seconds_count{service_name="${service}",error_type="unavailable"}[5m]))`;
    expect(
      await poll(
        () => total(urls.prometheus, errors),
        (found) => found > 0,
      ),
    ).toBeGreaterThan(0);
  });

  it("has an exemplar that names the trace", async () => {
    const found = await poll(
      () => exemplars(`http_server_request_duration_seconds_bucket{service_name="${service}"}`),
      (traces) => traces.includes(traceId),
    );
    expect(found).toContain(traceId);
  });
});

describe("the other counts of spans", () => {
  it("are dependency calls and business events", async () => {
    expect(
      await counted(
        `frontdesk_dependency_duration_seconds_count{service_name="${service}",db_operation_name="SELECT"}`,
        1,
      ),
    ).toBe(1);
    expect(
      await counted(`frontdesk_events_total{service_name="${service}",frontdesk_outcome="created"}`, 1),
    ).toBe(1);
  });
});

it("delta sums of several isolates are added up to one series without their ids", async () => {
  expect(await counted(`frontdesk_telemetry_dropped_total${mine}`, 30)).toBe(30);
  const samples = await query(urls.prometheus, `frontdesk_telemetry_dropped_total${mine}`);
  expect(samples.map(({ metric }) => metric)).toEqual([
    { __name__: "frontdesk_telemetry_dropped_total", job: service, service_name: service },
  ]);
});

describe("the second line of privacy", () => {
  it("masks e-mail addresses, tokens, passwords and client addresses in traces and says that it had to", async () => {
    const trace = await poll(
      () => rawTrace(urls.tempo, traceId).catch(() => ""),
      (text) => text.includes("redaction.masked.count"),
    );
    expect(trace).toContain("redaction.masked.count");
    for (const secret of [...Object.values(secrets), "192.0.2.1"]) expect(trace).not.toContain(secret);
  });

  it("masks them in log records too, which keep their event name", async () => {
    const records = await poll(
      () => logs(urls.victoriaLogs, `trace_id:${traceId}`),
      (found) => found.length > 0,
    );
    expect(records).toMatchObject([
      { _msg: "mail to ****", "event.name": "booking.created", password: "****" },
    ]);
    expect(await rawLogs(urls.victoriaLogs, `"canary-password-1" OR "canary@example.com"`)).toBe("");
  });
});

async function exemplars(promql: string): Promise<string[]> {
  const now = Date.now() / 1000;
  const url = `${urls.prometheus}/api/v1/query_exemplars?query=${encodeURIComponent(promql)}&start=${now - 3600}&end=${now + 60}`;
  const { data } = (await (await fetch(url)).json()) as {
    data: { exemplars: { labels: { trace_id: string } }[] }[];
  };
  return data.flatMap((series) => series.exemplars.map(({ labels }) => labels.trace_id));
}
