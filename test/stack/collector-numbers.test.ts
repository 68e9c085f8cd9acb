import { beforeAll, describe, expect, inject, it } from "vitest";
import { newTraceId, sendDelta, sendGauge, sendSpans, service, type TestSpan } from "./otlp.ts";
import { poll } from "./stores/poll.ts";
import { exemplars, query, total } from "./stores/prometheus.ts";

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
  { name: "heartbeat", kind: 1 },
];

beforeAll(async () => {
  await sendSpans(collector, traceId, spans);
  await sendSpans(collector, newTraceId(), [
    { name: `GET ${route}`, kind: 2, attributes: entry, traceState: "ot=th:e" },
  ]);
  for (const isolate of ["a", "b", "c"])
    for (let index = 0; index < 5; index += 1)
      await sendDelta(collector, isolate, "frontdesk.telemetry.dropped", 2);
  // Cron ran in one isolate, then in another.
  for (const [isolate, age] of [
    ["a", 40],
    ["b", 3],
  ] as const)
    await sendGauge(collector, isolate, "frontdesk.outbox.age", age);
});

const mine = `{service_name="${service}"}`;
/** Other files send requests of their own in this service's name. */
const myRequests = `http_server_request_duration_seconds_count{service_name="${service}",http_route="${route}"}`;
const counted = (promql: string, value: number) =>
  poll(
    () => total(urls.prometheus, promql),
    (found) => found === value,
  );

describe("the SLI", () => {
  it("counts HTTP entry spans once each, whatever their tracestate claims, and neither synthetic nor inner ones", async () => {
    expect(await counted(myRequests, 3)).toBe(3);
    const samples = await query(urls.prometheus, myRequests);
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
});

describe("exemplars name the trace in", () => {
  const series = {
    "the SLI": "http_server_request_duration_seconds_bucket",
    "business events": "frontdesk_events_total",
    dependencies: "frontdesk_dependency_duration_seconds_bucket",
  };
  for (const [what, name] of Object.entries(series)) {
    it(what, async () => {
      const found = await poll(
        () => exemplars(urls.prometheus, `${name}${mine}`),
        (traces) => traces.includes(traceId),
      );
      expect(found).toContain(traceId);
    });
  }
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

it("a gauge is one series whichever isolate ran cron, and holds what was written last", async () => {
  expect(await counted(`frontdesk_outbox_age${mine}`, 3)).toBe(3);
  const samples = await query(urls.prometheus, `frontdesk_outbox_age${mine}`);
  expect(samples.map(({ metric }) => metric)).toEqual([
    { __name__: "frontdesk_outbox_age", job: service, service_name: service },
  ]);
});

it("heartbeat spans are counted by service", async () => {
  expect(await counted(`frontdesk_heartbeat_total${mine}`, 1)).toBe(1);
});
