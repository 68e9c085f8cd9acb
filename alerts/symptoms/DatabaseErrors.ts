import { environment } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { callsOf, errorShare, failedCall } from "./ratio.ts";

/** D1 fails more than one call in a hundred. A constraint that breaks is an answer, not a failure. */
export const databaseErrors: AlertRule = {
  alert: "DatabaseErrors",
  expr: errorShare({ ...callsOf("d1"), bad: failedCall }, "0.01", 5),
  for: "1m",
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `{{ $value | humanizePercentage }} of the calls of D1 in {{ $labels.${environment} }} fail.`,
    impact: "Whatever needs the database fails or is tried again.",
    runbook: "alerts/runbooks/DatabaseErrors.md",
    dashboard: "/d/frontdesk-dependencies",
  },
};
