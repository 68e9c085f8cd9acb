import { prometheusName } from "../../telemetry/derive/names.ts";
import type { AlertRule } from "../rule.ts";

const beats = prometheusName("frontdesk.heartbeat");

/**
 * Cron sends a heartbeat span each minute through the Worker's own exporter.
 * Counters of spans stay where they were when telemetry stops, so only a flat heartbeat tells silence from idleness.
 */
export const telemetrySilent: AlertRule = {
  alert: "TelemetrySilent",
  // The zero stands for a series that never came. Two missed beats of three; `for` covers the first start.
  expr: `(sum(increase(${beats}[3m])) or vector(0)) < 0.5`,
  for: "2m",
  labels: { severity: "page", owner: "platform" },
  annotations: {
    summary: "No heartbeat for three minutes: the API, its cron or the way of telemetry is down.",
    impact: "Nobody would see an outage: every promise is blind until this is mended.",
    runbook: "alerts/runbooks/TelemetrySilent.md",
    dashboard: "/d/frontdesk-api-overview",
  },
};
