import type { AlertRule } from "../rule.ts";

/**
 * A rule that fails, or is skipped four times, leaves every alert that reads it blind; `increase()` reads three as a little more.
 * When all stand still, the watchdog is missed.
 */
export const ruleEvaluationFailing: AlertRule = {
  alert: "RuleEvaluationFailing",
  expr: [
    'sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total{job="prometheus"}[5m])) > 0',
    'or sum by (rule_group) (increase(prometheus_rule_group_iterations_missed_total{job="prometheus"}[5m])) > 3.5',
  ].join("\n"),
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `Prometheus failed or skipped {{ $value | humanize }} evaluations of {{ $labels.rule_group }} in five minutes.`,
    impact: "Nobody would see an outage that these rules should see.",
    runbook: "alerts/runbooks/RuleEvaluationFailing.md",
    dashboard: "/d/frontdesk-telemetry",
  },
};
