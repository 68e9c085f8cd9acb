import { slos } from "../../telemetry/slo.ts";
import type { Past } from "./own-prometheus.ts";

type Labels = Readonly<Record<string, string>>;
type Route = "/v1/rooms" | "/v1/bookings" | "/v1/auth/login";
type Binding = "d1" | "durable_object" | "queue";
/** What can be wrong, and after a colon of what. */
type Fault =
  | `burns:${keyof typeof slos}`
  | `requests ${"fail" | "slow"}:${Route}`
  | `calls ${"fail" | "slow"}:${Binding}`
  | `probe ${"fails:health" | "fails:book" | "silent"}`
  | `beats:${"few" | "none"}`
  | `collector ${"down" | "refuses" | "full"}`
  | "outbox old"
  | "resent"
  | "queue old"
  | "holds"
  | "drops"
  | "certificate"
  | "overflow"
  | "rules fail"
  | "notifications fail"
  | "prometheus down";

/** What is wrong where an alert fires, and nothing else: each has an environment, or a name at the tools, of its own. */
const faultsOf = {
  ApiAvailabilityBurn: ["burns:api-availability", "requests fail:/v1/rooms", "calls fail:d1"],
  ApiLatencyBurn: ["burns:api-latency", "requests slow:/v1/rooms", "calls slow:d1"],
  BookingAvailabilityBurn: [
    "burns:booking-availability",
    "requests fail:/v1/bookings",
    "calls fail:durable_object",
  ],
  BookingLatencyBurn: ["burns:booking-latency", "requests slow:/v1/bookings", "calls slow:durable_object"],
  LoginAvailabilityBurn: ["burns:login-availability", "requests fail:/v1/auth/login", "calls fail:d1"],
  LoginLatencyBurn: ["burns:login-latency", "requests slow:/v1/auth/login", "calls slow:d1"],
  DeepHealthBurn: ["burns:deep-health", "probe fails:health", "calls fail:d1"],
  EventFreshnessBurn: ["burns:event-freshness", "outbox old", "calls fail:queue"],
  QueueProcessingBurn: ["burns:queue-processing", "calls fail:queue"],
  TelemetrySilent: ["beats:none", "collector down", "collector refuses"],
  OutboxStuck: ["outbox old", "calls fail:queue"],
  ErrorRateHigh: ["requests fail:/v1/rooms"],
  LatencyHigh: ["requests slow:/v1/rooms"],
  QueueBacklogOld: ["queue old", "calls fail:queue"],
  DeadLetters: ["resent", "calls fail:queue"],
  ExporterDrops: ["drops"],
  CollectorRefusing: ["collector refuses", "collector full"],
  DatabaseErrors: ["calls fail:d1"],
  DatabaseSlow: ["calls slow:d1"],
  DurableObjectErrors: ["calls fail:durable_object"],
  CronMissed: ["beats:few"],
  HoldsUnrepaired: ["holds", "calls fail:durable_object"],
  RuleEvaluationFailing: ["rules fail"],
  NotificationsFailing: ["notifications fail"],
  CertificateExpiring: ["certificate"],
  ProbeFailing: ["probe fails:book"],
  ProbeSilent: ["probe silent"],
  SeriesOverflow: ["overflow"],
  Watchdog: ["prometheus down", "notifications fail"],
} as const satisfies Record<string, readonly Fault[]>;

const faulty = Object.entries<readonly Fault[]>(faultsOf);
const kindsOf = (alert: string) =>
  (faulty.find(([name]) => name === alert)?.[1] ?? []).map((fault) => fault.split(":")[0]);

/** Whether where one alert fires something of the same kind is wrong as where the other does. */
export const areAlike = (one: string, other: string): boolean =>
  kindsOf(one).some((kind) => kindsOf(other).includes(kind));

const culprit = "culprit ";
/** The alert under whose fault a series stands; undefined where all is well. */
export const culpritIn = (labels: Labels): string | undefined =>
  new RegExp(`${culprit}(\\w+)`).exec(JSON.stringify(labels))?.[1];

/** Half an hour of a healthy environment, and the same of one for each alert, where only its own fault is. */
export const healthyPast = (): Past[] => [...productOf("production", []), ...toolsOf("fine", [])];
export const faultyPast = (): Past[] =>
  faulty.flatMap(([alert, faults]) => [
    ...productOf(`${culprit}${alert}`, faults),
    ...toolsOf(`${culprit}${alert}`, faults),
  ]);

/** The same of one environment and one set of tools in which all that can be at once is wrong. */
export function allFaultyPast(name: string): Past[] {
  const apart: readonly Fault[] = ["beats:none", "beats:few", "probe silent"];
  const faults = faulty.flatMap(([, some]) => some).filter((fault) => !apart.includes(fault));
  return [...productOf(name, faults), ...toolsOf(name, faults)];
}

const series = (name: string, value: number, step: number, labels: Labels): Past => ({
  name,
  labels: /^(http|frontdesk)_/.test(name) ? { service_name: "frontdesk", ...labels } : labels,
  value,
  step,
  seconds: 1_800,
  everySeconds: 15,
});
const stands = (name: string, value: number, labels: Labels) => series(name, value, 0, labels);
/** A counter that went wrong yesterday: what does not grow is no fault, whatever it holds. */
const grows = (name: string, step: number, labels: Labels) => series(name, 7 + step * 120, step, labels);

const requests = "http_server_request_duration_seconds";
const calls = "frontdesk_dependency_duration_seconds";
const steps = "frontdesk_probe_steps_total";

/** A histogram of which a share of the events took longer than all edges up to 1 s. */
function histogram(name: string, perSample: number, isSlow: boolean, labels: Labels): Past[] {
  const fast = perSample * (1 - (isSlow ? 0.3 : 0.001));
  return [
    ...["0.5", "1"].map((le) => grows(`${name}_bucket`, fast, { ...labels, le })),
    ...["10", "+Inf"].map((le) => grows(`${name}_bucket`, perSample, { ...labels, le })),
    grows(`${name}_count`, perSample, labels),
  ];
}

function productOf(environment: string, faults: readonly Fault[]): Past[] {
  const at = { deployment_environment_name: environment };
  const when = (fault: Fault, bad: number, fine: number) => (faults.includes(fault) ? bad : fine);
  return [
    ...requestsAndCalls(at, faults),
    ...(Object.keys(slos) as (keyof typeof slos)[]).map((slo) =>
      stands("slo:error_ratio:1h", when(`burns:${slo}`, 0.5, 0), { ...at, slo }),
    ),
    grows("frontdesk_heartbeat_total", when("beats:none", 0, when("beats:few", 0.1, 0.25)), at),
    // Cron that is cut short writes no gauges.
    ...(faults.includes("beats:few")
      ? []
      : [stands("frontdesk_outbox_age_seconds", when("outbox old", 900, 3), at)]),
    stands("frontdesk_outbox_resent", when("resent", 2, 0), at),
    stands("frontdesk_queue_age_seconds", when("queue old", 900, 1), {
      ...at,
      messaging_destination_name: "frontdesk-events",
    }),
    stands("frontdesk_holds_unrepaired", when("holds", 2, 0), at),
    grows("frontdesk_telemetry_dropped_total", when("drops", 5, 0), {
      ...at,
      frontdesk_drop_reason: "buffer_full",
    }),
    ...(["health", "book"] as const).flatMap((step) => [
      grows(steps, when("probe silent", 0, 0.5), { ...at, frontdesk_probe_step: step }),
      grows(steps, when(`probe fails:${step}`, 0.5, 0), {
        ...{ ...at, frontdesk_probe_step: step },
        error_type: "timeout",
      }),
    ]),
    stands("frontdesk_probe_certificate_expiry_seconds", when("certificate", 3, 60) * 86_400, at),
    ...(faults.includes("overflow")
      ? [stands(`${requests}_count`, 5, { ...at, otel_metric_overflow: "true" }), ...manyRoutes(at)]
      : []),
  ];
}

function requestsAndCalls(at: Labels, faults: readonly Fault[]): Past[] {
  const error = { error_type: "unavailable" };
  return [
    ...(["/v1/rooms", "/v1/bookings", "/v1/auth/login"] as const).flatMap((route) => {
      const of = { ...at, http_route: route, http_request_method: "POST" };
      const failing = faults.includes(`requests fail:${route}`) ? 20 : 0;
      return [
        ...histogram(requests, 50, faults.includes(`requests slow:${route}`), {
          ...of,
          http_response_status_code: "201",
        }),
        ...histogram(requests, failing, false, { ...of, ...error, http_response_status_code: "503" }),
      ];
    }),
    ...(["d1", "durable_object", "queue"] as const).flatMap((binding) => {
      const of = { ...at, cloudflare_binding_type: binding };
      return [
        ...histogram(calls, 50, faults.includes(`calls slow:${binding}`), {
          ...of,
          db_operation_name: "SELECT",
        }),
        ...histogram(calls, faults.includes(`calls fail:${binding}`) ? 10 : 0, false, { ...of, ...error }),
      ];
    }),
  ];
}

/** More series of one route than a route can have. */
const manyRoutes = (at: Labels): Past[] =>
  Array.from({ length: 1_001 }, (_, i) => ({
    ...stands(`${requests}_count`, 1, { ...at, http_route: "/v1/many", frontdesk_tenant_tier: String(i) }),
    seconds: 60,
  }));

function toolsOf(name: string, faults: readonly Fault[]): Past[] {
  const when = (fault: Fault, bad: number, fine: number) => (faults.includes(fault) ? bad : fine);
  const collector = { job: "collector", exporter: name, receiver: name };
  const prometheus = { job: "prometheus", rule_group: name, instance: name };
  const alertmanager = { job: "alertmanager", instance: name, integration: name };
  const unsent = when("notifications fail", 1, 0);
  return [
    stands("up", when("collector down", 0, 1), { job: "collector", instance: name }),
    stands("up", when("prometheus down", 0, 1), { job: "prometheus", instance: name }),
    stands("otelcol_exporter_queue_size", when("collector full", 95, 2), collector),
    stands("otelcol_exporter_queue_capacity", 100, collector),
    ...["spans", "metric_points", "log_records"].flatMap((what) =>
      ["receiver_refused", "exporter_send_failed", "exporter_enqueue_failed"].map((how) =>
        grows(`otelcol_${how}_${what}`, when("collector refuses", 3, 0), collector),
      ),
    ),
    grows("prometheus_rule_evaluation_failures_total", when("rules fail", 1, 0), prometheus),
    grows("prometheus_rule_group_iterations_missed_total", when("rules fail", 1, 0), prometheus),
    stands("prometheus_rule_group_last_duration_seconds", when("rules fail", 9, 0.1), prometheus),
    stands("prometheus_rule_group_interval_seconds", 5, prometheus),
    grows("prometheus_notifications_errors_total", unsent, prometheus),
    grows("prometheus_notifications_dropped_total", unsent, prometheus),
    grows("alertmanager_notifications_failed_total", unsent, alertmanager),
  ];
}
