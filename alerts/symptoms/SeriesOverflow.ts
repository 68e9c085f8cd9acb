import { environment, own } from "../../telemetry/derive/series.ts";
import { type MetricName, metrics } from "../../telemetry/metrics.ts";
import type { AlertRule } from "../rule.ts";

/** The label that the connector sets; it is no attribute of ours. */
const overflown = (metric: MetricName): string =>
  own(metric, metrics[metric].instrument === "histogram" ? "_count" : "").replace(
    /}$/,
    ',otel_metric_overflow="true"}',
  );

/** The collector folds label sets beyond the limit into one series; it stays until the collector starts anew. */
export const seriesOverflow: AlertRule = {
  alert: "SeriesOverflow",
  expr: ["http.server.request.duration", "frontdesk.dependency.duration", "frontdesk.events"]
    .map((metric) => `count by (${environment}, __name__) (${overflown(metric as MetricName)}) > 0`)
    .join("\nor "),
  labels: { severity: "ticket", owner: "platform", role: "cause" },
  annotations: {
    summary: `{{ $labels.__name__ }} of {{ $labels.${environment} }} has more label sets than its limit.`,
    impact:
      "Routes and dependencies beyond the limit cannot be told apart; promises that select by label lose them.",
    runbook: "alerts/runbooks/SeriesOverflow.md",
    dashboard: "/d/frontdesk-api-overview",
  },
};
