import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { cronMissed } from "./CronMissed.ts";
import { databaseErrors } from "./DatabaseErrors.ts";
import { deadLetters } from "./DeadLetters.ts";

/** The relay runs after each request and every minute and the consumer within seconds, so an event that is not handled in five is stuck. */
export const outboxStuck: AlertRule = {
  alert: "OutboxStuck",
  expr: `max ${byEnvironment} (${own("frontdesk.outbox.age", "")}) > 300`,
  labels: { severity: "ticket", owner: "bookings" },
  follows: { causes: [cronMissed, databaseErrors, deadLetters], pagesOf: ["event-freshness"] },
  annotations: {
    summary: `The oldest event that is not handled in {{ $labels.${environment} }} waits for {{ $value | humanizeDuration }}.`,
    impact: "Notices about bookings are late; no booking is lost.",
    runbook: "alerts/runbooks/OutboxStuck.md",
    dashboard: "/d/frontdesk-events",
  },
};
