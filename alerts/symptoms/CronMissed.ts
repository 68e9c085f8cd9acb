import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { telemetrySilent } from "./TelemetrySilent.ts";

const beats = own("frontdesk.heartbeat", "");

/** Cron ran, but less often than it should, or did not get to write its gauges. When no beat comes at all, TelemetrySilent pages.
 * A beat is missed now and then at a deploy: three of ten are too many. Only what was there ten minutes ago can miss beats. */
export const cronMissed: AlertRule = {
  alert: "CronMissed",
  expr: [
    `sum ${byEnvironment} (increase(${beats}[10m])) < 7.5`,
    `and count ${byEnvironment} (${beats} offset 10m)`,
    `or sum ${byEnvironment} (increase(${beats}[10m])) > 0`,
    `unless max ${byEnvironment} (${own("frontdesk.outbox.age", "")})`,
  ].join("\n"),
  for: "5m",
  labels: { severity: "ticket", owner: "platform" },
  follows: { causes: [telemetrySilent] },
  annotations: {
    summary: `Cron in {{ $labels.${environment} }} ran {{ $value | humanize }} times in ten minutes, or did not finish its work.`,
    impact: "Lost messages are not sent again, calendars not repaired, gauges stand still.",
    runbook: "alerts/runbooks/CronMissed.md",
    dashboard: "/d/frontdesk-events",
  },
};
