import { slos } from "../../telemetry/slo.ts";
import type { Past } from "./own-prometheus.ts";

/** Mark of everything that is at fault: its environment, or what stands for it at the tools of the stack. */
export const culprit = "culprit";

type Labels = Readonly<Record<string, string>>;
const requests = "http_server_request_duration_seconds";
const calls = "frontdesk_dependency_duration_seconds";
const steps = "frontdesk_probe_steps_total";
const routes = ["/v1/rooms", "/v1/bookings", "/v1/auth/login"];

/** Half an hour of a healthy environment, and of one in which everything is at fault. */
export const healthyPast = (): Past[] => [...productOf("production", false), ...toolsOf("fine", false)];
export const faultyPast = (): Past[] => [
  ...productOf(culprit, true),
  ...toolsOf(culprit, true),
  // Standing still, as after the last beat and the last step.
  stands("frontdesk_heartbeat_total", 9, { deployment_environment_name: "culprit-silent" }),
  stands(steps, 9, { deployment_environment_name: "culprit-silent", frontdesk_probe_step: "book" }),
  stands("up", 0, { job: "prometheus", instance: culprit }),
  stands("up", 0, { job: "collector", instance: culprit }),
];

const series = (name: string, value: number, step: number, labels: Labels): Past => ({
  name,
  labels: /^(http|frontdesk)_/.test(name) ? { service_name: "frontdesk", ...labels } : labels,
  value,
  step,
  seconds: 1_800,
  everySeconds: 15,
});
const stands = (name: string, value: number, labels: Labels) => series(name, value, 0, labels);
const grows = (name: string, step: number, labels: Labels) => series(name, step * 120, step, labels);

/** A histogram of which a share of the events took longer than all edges up to 1 s. */
function histogram(name: string, perSample: number, slowShare: number, labels: Labels): Past[] {
  const fast = perSample * (1 - slowShare);
  return [
    ...["0.5", "1"].map((le) => grows(`${name}_bucket`, fast, { ...labels, le })),
    ...["10", "+Inf"].map((le) => grows(`${name}_bucket`, perSample, { ...labels, le })),
    grows(`${name}_count`, perSample, labels),
  ];
}

function productOf(environment: string, isBad: boolean): Past[] {
  const at = { deployment_environment_name: environment };
  const when = (bad: number, fine: number) => (isBad ? bad : fine);
  const bindings = ["d1", "durable_object", "queue"];
  const failed = { ...at, error_type: "unavailable" };
  return [
    ...routes.flatMap((http_route) => {
      const of = { ...at, http_route, http_request_method: "POST" };
      const fails = { ...of, http_response_status_code: "503", error_type: "unavailable" };
      return [
        ...histogram(requests, 50, when(0.3, 0.001), { ...of, http_response_status_code: "201" }),
        grows(`${requests}_count`, when(20, 0), fails),
      ];
    }),
    ...bindings.flatMap((cloudflare_binding_type) => [
      ...histogram(calls, 50, when(0.3, 0.001), {
        ...at,
        cloudflare_binding_type,
        db_operation_name: "SELECT",
      }),
      ...(isBad ? [grows(`${calls}_count`, 10, { ...failed, cloudflare_binding_type })] : []),
    ]),
    ...Object.keys(slos).map((slo) => stands("slo:error_ratio:1h", when(0.5, 0), { ...at, slo })),
    grows("frontdesk_heartbeat_total", when(0.1, 0.25), at),
    // The environment whose cron writes no gauges is another one.
    grows("frontdesk_heartbeat_total", 0.25, { deployment_environment_name: `${environment}-unwritten` }),
    ...(isBad
      ? []
      : [
          stands("frontdesk_outbox_age_seconds", 3, {
            deployment_environment_name: `${environment}-unwritten`,
          }),
        ]),
    stands("frontdesk_outbox_age_seconds", when(900, 3), at),
    stands("frontdesk_outbox_resent", when(2, 0), at),
    stands("frontdesk_queue_age_seconds", when(900, 1), {
      ...at,
      messaging_destination_name: "frontdesk-events",
    }),
    stands("frontdesk_holds_unrepaired", when(2, 0), at),
    grows("frontdesk_telemetry_dropped_total", when(5, 0), { ...at, frontdesk_drop_reason: "buffer_full" }),
    ...["health", "login", "book"].flatMap((frontdesk_probe_step) => [
      grows(steps, 0.5, { ...at, frontdesk_probe_step }),
      ...(isBad ? [grows(steps, 0.5, { ...at, frontdesk_probe_step, error_type: "timeout" })] : []),
    ]),
    stands("frontdesk_probe_certificate_expiry_seconds", when(3, 60) * 86_400, at),
    ...(isBad
      ? [stands(`${requests}_count`, 5, { ...at, otel_metric_overflow: "true" }), ...manyRoutes(at)]
      : []),
  ];
}

/** More series of one route than a route can have. */
const manyRoutes = (at: Labels): Past[] =>
  Array.from({ length: 1_001 }, (_, i) => ({
    ...stands(`${requests}_count`, 1, { ...at, http_route: "/v1/many", frontdesk_tenant_tier: String(i) }),
    seconds: 60,
  }));

function toolsOf(name: string, isBad: boolean): Past[] {
  const when = (bad: number, fine: number) => (isBad ? bad : fine);
  const collector = { job: "collector", exporter: name, receiver: name };
  const prometheus = { job: "prometheus", rule_group: name, instance: name };
  const alertmanager = { job: "alertmanager", instance: name, integration: name };
  return [
    ...["collector", "prometheus"].map((job) => stands("up", 1, { job, instance: "fine" })),
    stands("otelcol_exporter_queue_size", when(95, 2), collector),
    stands("otelcol_exporter_queue_capacity", 100, collector),
    ...["spans", "metric_points", "log_records"].flatMap((what) => [
      grows(`otelcol_receiver_refused_${what}`, when(3, 0), collector),
      grows(`otelcol_exporter_send_failed_${what}`, when(3, 0), collector),
    ]),
    grows("prometheus_rule_evaluation_failures_total", when(1, 0), prometheus),
    grows("prometheus_rule_group_iterations_missed_total", when(1, 0), prometheus),
    stands("prometheus_rule_group_last_duration_seconds", when(9, 0.1), prometheus),
    stands("prometheus_rule_group_interval_seconds", 5, prometheus),
    grows("prometheus_notifications_errors_total", when(1, 0), prometheus),
    grows("prometheus_notifications_dropped_total", when(1, 0), prometheus),
    grows("alertmanager_notifications_failed_total", when(1, 0), alertmanager),
  ];
}
