import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";

const beats = own("frontdesk.heartbeat", "");

/**
 * Cron sends a heartbeat span each minute through the Worker's own exporter.
 * Counters of spans stay where they were when telemetry stops, so only a flat heartbeat tells silence from idleness.
 * Each environment that was seen within a day must be heard; where none was, nobody is known and that is silence too.
 */
export const telemetrySilent: AlertRule = {
  alert: "TelemetrySilent",
  // The zeros stand for series that ended or never came. Two missed beats of three; `for` covers the first start.
  expr: [
    "(",
    `  sum ${byEnvironment} (increase(${beats}[3m]))`,
    `  or 0 * count ${byEnvironment} (last_over_time(${beats}[1d]))`,
    `  or label_replace(0 * absent_over_time(${beats}[1d]), "${environment}", "any environment", "", "")`,
    ") < 0.5",
  ].join("\n"),
  for: "2m",
  labels: { severity: "page", owner: "platform" },
  annotations: {
    summary: `No heartbeat from {{ $labels.${environment} }} for three minutes: the API, its cron or the way of telemetry is down.`,
    impact: "Nobody would see an outage: every promise is blind until this is mended.",
    runbook: "alerts/runbooks/TelemetrySilent.md",
    dashboard: "/d/frontdesk-telemetry",
  },
};
