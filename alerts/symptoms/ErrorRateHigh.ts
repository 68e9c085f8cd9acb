import { environment } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { databaseErrors } from "./DatabaseErrors.ts";
import { durableObjectErrors } from "./DurableObjectErrors.ts";
import { errorShare } from "./ratio.ts";

/** More than one request in twenty fails, whatever the month's budget says; shows within a minute which environment. */
export const errorRateHigh: AlertRule = {
  alert: "ErrorRateHigh",
  expr: errorShare(
    {
      metric: "http.server.request.duration",
      valid: [{ label: "http.request.method", op: "is not", value: "OPTIONS" }],
      bad: { label: "http.response.status_code", op: "matches", value: "5.." },
    },
    "0.05",
    5,
  ),
  for: "1m",
  labels: { severity: "ticket", owner: "platform" },
  follows: { causes: [databaseErrors, durableObjectErrors], pagesOf: ["api-availability"] },
  annotations: {
    summary: `{{ $value | humanizePercentage }} of requests in {{ $labels.${environment} }} answer 5xx.`,
    impact: "Staff and guests see errors instead of rooms and bookings.",
    runbook: "alerts/runbooks/ErrorRateHigh.md",
    dashboard: "/d/frontdesk-api-overview",
  },
};
