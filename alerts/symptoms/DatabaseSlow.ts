import { environment } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { callsOf, slowTwentieth } from "./ratio.ts";

/** A statement takes milliseconds; when one in twenty takes half a second, requests that need several break their promise. */
export const databaseSlow: AlertRule = {
  alert: "DatabaseSlow",
  expr: slowTwentieth(callsOf("d1"), 0.5, 20),
  for: "5m",
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `The slowest twentieth of the calls of D1 in {{ $labels.${environment} }} takes longer than {{ $value | humanizeDuration }}.`,
    impact: "Pages load slowly.",
    runbook: "alerts/runbooks/DatabaseSlow.md",
    dashboard: "/d/frontdesk-dependencies",
  },
};
