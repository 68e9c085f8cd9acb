import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { cronMissed } from "./CronMissed.ts";
import { databaseErrors } from "./DatabaseErrors.ts";
import { durableObjectErrors } from "./DurableObjectErrors.ts";

/** Cron tells calendars each minute what was decided; what it cannot tell for ten is stuck. */
export const holdsUnrepaired: AlertRule = {
  alert: "HoldsUnrepaired",
  expr: `max ${byEnvironment} (${own("frontdesk.holds.unrepaired", "")}) > 0`,
  for: "10m",
  labels: { severity: "ticket", owner: "bookings" },
  follows: { causes: [cronMissed, databaseErrors, durableObjectErrors] },
  annotations: {
    summary: `{{ $value }} decided bookings in {{ $labels.${environment} }} are not confirmed by their room's calendar.`,
    impact:
      "A room looks taken that is free, or free that is taken; the database still refuses to double it.",
    runbook: "alerts/runbooks/HoldsUnrepaired.md",
    dashboard: "/d/frontdesk-bookings",
  },
};
