import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";

/** Isolates lose telemetry for certain; a collector that restarts costs nothing, because they hold on to what they have. */
export const exporterDrops: AlertRule = {
  alert: "ExporterDrops",
  expr: `sum ${byEnvironment} (increase(${own("frontdesk.telemetry.dropped", "")}[10m])) > 0`,
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `The Worker in {{ $labels.${environment} }} dropped {{ $value | humanize }} records of telemetry in ten minutes.`,
    impact: "Promises are counted from what arrives: errors may be missing from them.",
    runbook: "alerts/runbooks/ExporterDrops.md",
    dashboard: "/d/frontdesk-telemetry",
  },
};
