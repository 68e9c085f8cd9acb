import { inject } from "vitest";
import { newTraceId, sendLog, sendSpans, type TestSpan } from "./otlp.ts";
import type { Past } from "./own-prometheus.ts";
import { allFaultyPast, healthyPast } from "./runbook-past.ts";
import { load } from "./stores/load-run.ts";

const { urls, secrets, demo } = inject("frontdesk");

const culprit = "culprit";
/** Environment of what is planted in the stores of the running system, and of what went wrong in the past. */
export const faulty = { traces: "staging", metrics: culprit } as const;
/** Where nothing ever went wrong. */
export const healthy = "production";

/** Everything that users, staff, cron and the probe do, and what goes wrong without anything being broken. */
export async function traffic(): Promise<void> {
  // With the address of Prometheus, k6 sends its own numbers there as it goes.
  await load(
    "smoke",
    ...["--target", urls.api, "--prometheus", urls.prometheus, "--rate", "1", "--duration", "6"],
  );
  await twoGuestsOneSlot();
  await fetch(`${urls.api}/v1/health/deep`, { headers: { authorization: `Bearer ${secrets.HEALTH_TOKEN}` } });
  await fetch(`${urls.api}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("* * * * *")}`);
}

async function twoGuestsOneSlot(): Promise<void> {
  if (!demo) throw new Error("no demo tenant");
  const { slug, token, roomId } = demo;
  const from = Math.ceil(Date.now() / 900_000) * 900_000 + 9 * 86_400_000;
  for (const guest of ["ada", "bob"])
    await fetch(`${urls.api}/v1/bookings`, {
      method: "POST",
      headers: {
        "X-Tenant": slug,
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "idempotency-key": `"dashboards-${guest}-${from}"`,
      },
      body: JSON.stringify({
        room_id: roomId,
        from: new Date(from).toISOString(),
        to: new Date(from + 900_000).toISOString(),
        customer: { name: guest, email: `${guest}@example.com` },
      }),
    });
}

const sender = { service: "dashboards-test", environment: faulty.traces };

/** One of every failure that a panel of traces or records is there for. */
export async function plantFailures(): Promise<void> {
  const failed = { message: "unavailable", durationMs: 900 };
  const spans: TestSpan[] = [
    {
      name: "POST /v1/bookings",
      kind: 2,
      ...failed,
      attributes: {
        "frontdesk.sli": true,
        "http.request.method": "POST",
        "http.route": "/v1/bookings",
        "http.response.status_code": 503,
      },
    },
    { name: "SELECT bookings", kind: 3, ...failed, attributes: { "cloudflare.binding.type": "d1" } },
    { name: "event.handle", kind: 1, ...failed },
  ];
  await sendSpans(urls.collector, newTraceId(), spans, sender);
  const told = [
    ["exception", "ERROR"],
    ["calendar.repaired", "INFO"],
    ["cron.relay.failed", "ERROR"],
    ["telemetry.lost", "WARN"],
  ] as const;
  for (const [eventName, severityText] of told)
    await sendLog(urls.collector, newTraceId(), { body: eventName, eventName, severityText }, sender);
}

const at = { deployment_environment_name: culprit };
const rising = (name: string, labels: Past["labels"]): Past => ({
  name,
  labels,
  value: 600,
  step: 5,
  seconds: 1_800,
  everySeconds: 15,
});

/** Half an hour of metrics in which all is well. */
export const wellPast = healthyPast;

/** The same in which everything that can fail has failed; more than runbooks ask for. */
export const failedPast = (): Past[] => [
  ...allFaultyPast(culprit),
  rising("frontdesk_telemetry_uncertain_total", {
    ...at,
    service_name: "frontdesk",
    frontdesk_signal: "traces",
    frontdesk_uncertain_reason: "no_answer",
  }),
  rising("k6_dropped_iterations_total", { service_name: "k6" }),
  rising("http_server_request_duration_seconds_count", {
    ...at,
    service_name: "frontdesk",
    http_request_method: "POST",
    http_route: "/v1/bookings",
    http_response_status_code: "409",
  }),
  rising("frontdesk_dependency_duration_seconds_count", {
    ...at,
    service_name: "frontdesk",
    cloudflare_binding_type: "fetch",
    server_address: "api.example",
  }),
  {
    ...rising("ALERTS", { ...at, alertname: "OutboxStuck", alertstate: "firing", severity: "ticket" }),
    value: 1,
    step: 0,
  },
];
