import type { AlertRule } from "../rule.ts";

/**
 * An alert that does not reach its receiver did not happen. One retry is normal, so it takes two failures; `increase()` reads one as a little more than one.
 * A ticket, because tickets leave by other ways than pages; when nothing leaves any more, the watchdog is missed.
 */
export const notificationsFailing: AlertRule = {
  alert: "NotificationsFailing",
  expr: [
    'sum by (job, instance, integration) (increase(alertmanager_notifications_failed_total{job="alertmanager"}[5m])) > 1.5',
    'or sum by (job, instance, integration) (increase(prometheus_notifications_errors_total{job="prometheus"}[5m])) > 1.5',
    'or sum by (job, instance, integration) (increase(prometheus_notifications_dropped_total{job="prometheus"}[5m])) > 0',
  ].join("\n"),
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `{{ $value | humanize }} notifications did not leave {{ $labels.job }} in five minutes ({{ $labels.integration }}).`,
    impact: "Pages and tickets may not arrive.",
    runbook: "alerts/runbooks/NotificationsFailing.md",
    dashboard: "/d/frontdesk-telemetry",
  },
};
