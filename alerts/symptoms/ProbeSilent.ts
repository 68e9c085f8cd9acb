import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";

const steps = own("frontdesk.probe.steps", "");

/** The probe shares no fate with the API and its telemetry, so its silence says nothing about either: it is gone itself, or Prometheus does not take what it sends.
 * An environment that was probed within a day must be probed; where none was, none is expected. */
export const probeSilent: AlertRule = {
  alert: "ProbeSilent",
  expr: [
    "(",
    `  sum ${byEnvironment} (increase(${steps}[15m]))`,
    `  or 0 * count ${byEnvironment} (last_over_time(${steps}[1d]))`,
    ") < 0.5",
  ].join("\n"),
  for: "2m",
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `The probe of {{ $labels.${environment} }} has done no step for fifteen minutes.`,
    impact: "Nobody looks from outside: an outage that telemetry does not show would not be seen.",
    runbook: "alerts/runbooks/ProbeSilent.md",
    dashboard: "/d/frontdesk-api-overview",
  },
};
