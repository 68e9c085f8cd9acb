import { environment } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { callsOf, errorShare, failedCall } from "./ratio.ts";

/** Room calendars fail more than one call in a hundred. */
export const durableObjectErrors: AlertRule = {
  alert: "DurableObjectErrors",
  expr: errorShare({ ...callsOf("durable_object"), bad: failedCall }, "0.01", 5),
  for: "1m",
  labels: { severity: "ticket", owner: "bookings" },
  annotations: {
    summary: `{{ $value | humanizePercentage }} of the calls of room calendars in {{ $labels.${environment} }} fail.`,
    impact: "Rooms cannot be booked or looked up.",
    runbook: "alerts/runbooks/DurableObjectErrors.md",
    dashboard: "/d/frontdesk-dependencies",
  },
};
