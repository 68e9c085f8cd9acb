import { environment } from "../telemetry/derive/series.ts";
import type { TablePanel } from "./panels.ts";
import { inEnvironment, promql } from "./queries.ts";

/** Who is being told what, with the way to the runbook. */
export const alertsFiring: TablePanel = {
  kind: "table",
  title: "Alerts firing",
  question: "What was on-call told, and what does the runbook say?",
  noData: "No alert fires.",
  filledBy: "an outage: its alert fires within a minute",
  rows: {
    alertname: "Alert",
    severity: "Severity",
    tier: "Window",
    slo: "Promise",
    [environment]: "Environment",
  },
  columns: [
    {
      head: "Firing",
      unit: "count",
      query: promql(
        `count by (alertname, severity, tier, slo, ${environment}) (ALERTS{alertstate="firing",severity=~"page|ticket",${inEnvironment}})`,
        ["alertname", "severity", "tier", "slo", environment],
      ),
    },
  ],
  links: [{ to: "runbook", title: "Runbook", alert: "{{alertname}}" }],
};
