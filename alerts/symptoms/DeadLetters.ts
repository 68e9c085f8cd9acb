import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";

/** The outbox knows what became of a message: taken by the queue again and again and never handled. */
export const deadLetters: AlertRule = {
  alert: "DeadLetters",
  expr: `max ${byEnvironment} (${own("frontdesk.outbox.resent", "")}) > 0`,
  for: "5m",
  labels: { severity: "ticket", owner: "bookings" },
  annotations: {
    summary: `{{ $value }} events in {{ $labels.${environment} }} were delivered to their last retry and are not handled.`,
    impact: "Somebody is not told about a booking until this is mended.",
    runbook: "alerts/runbooks/DeadLetters.md",
    dashboard: "/d/frontdesk-events",
  },
};
