import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { databaseErrors } from "./DatabaseErrors.ts";

/** The consumer takes messages within seconds, so one that waits for five minutes says that it does not keep up or does not run. */
export const queueBacklogOld: AlertRule = {
  alert: "QueueBacklogOld",
  expr: `max ${byEnvironment} (${own("frontdesk.queue.age", "")}) > 300`,
  labels: { severity: "ticket", owner: "bookings" },
  follows: { causes: [databaseErrors], pagesOf: ["event-freshness"] },
  annotations: {
    summary: `The oldest message of the queue in {{ $labels.${environment} }} waits for {{ $value | humanizeDuration }}.`,
    impact: "Notices about bookings are late; no booking is lost.",
    runbook: "alerts/runbooks/QueueBacklogOld.md",
    dashboard: "/d/frontdesk-events",
  },
};
