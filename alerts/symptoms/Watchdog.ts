import type { AlertRule } from "../rule.ts";

/** Always fires, from a live series: who receives pages raises the alarm when it stops arriving. */
export const watchdog: AlertRule = {
  alert: "Watchdog",
  expr: 'max(up{job="prometheus"}) == 1',
  labels: { severity: "watchdog", owner: "platform" },
  annotations: {
    summary: "Alerting is alive: rules are evaluated and notifications leave.",
    impact: "None. When this one stops arriving, no other alert would arrive either.",
    runbook: "alerts/runbooks/Watchdog.md",
    dashboard: "/d/frontdesk-telemetry",
  },
};
