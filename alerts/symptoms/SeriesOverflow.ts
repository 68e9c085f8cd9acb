import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
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
    // The name of a series is lost on the way to an alert: two that overflow at once would be one alert.
    .map(
      (metric) =>
        `label_replace(count ${byEnvironment} (${overflown(metric as MetricName)}), "metric", "${metric}", "", "") > 0`,
    )
    .join("\nor "),
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `{{ $labels.metric }} of {{ $labels.${environment} }} has more label sets than its limit.`,
    impact:
      "Routes and dependencies beyond the limit cannot be told apart; promises that select by label lose them.",
    runbook: "alerts/runbooks/SeriesOverflow.md",
    dashboard: "/d/frontdesk-telemetry",
  },
};
