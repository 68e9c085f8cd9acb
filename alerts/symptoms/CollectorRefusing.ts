import type { AlertRule } from "../rule.ts";
import { growth } from "./first-increase.ts";

/** The collector turns telemetry away, loses it, or is about to: a queue four fifths full, refusals by its memory limit, exports given up. */
export const collectorRefusing: AlertRule = {
  alert: "CollectorRefusing",
  expr: [
    `max by (exporter) (otelcol_exporter_queue_size{job="collector"} / otelcol_exporter_queue_capacity{job="collector"}) > 0.8`,
    ...["spans", "metric_points", "log_records"].flatMap((what) =>
      ["receiver_refused", "exporter_send_failed", "exporter_enqueue_failed"].map(
        (how) => `or sum by (exporter) ${growth(`otelcol_${how}_${what}{job="collector"}`)}`,
      ),
    ),
  ].join("\n"),
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `{{ if $labels.exporter }}The collector loses telemetry for {{ $labels.exporter }}, or its queue for it is almost full{{ else }}The collector refuses telemetry{{ end }}: {{ $value | humanize }}, as a share of the queue or as records in ten minutes.`,
    impact: "Dashboards, promises and traces will miss what it turns away.",
    runbook: "alerts/runbooks/CollectorRefusing.md",
    dashboard: "/d/frontdesk-telemetry",
  },
};
