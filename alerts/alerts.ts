import { type Promises, slos } from "../telemetry/slo.ts";
import { pageTraces } from "./annotations.ts";
import type { AlertRule, RuleGroup } from "./rule.ts";
import { sloGroups } from "./slo-alerts.ts";
import { certificateExpiring } from "./symptoms/CertificateExpiring.ts";
import { collectorRefusing } from "./symptoms/CollectorRefusing.ts";
import { cronMissed } from "./symptoms/CronMissed.ts";
import { databaseErrors } from "./symptoms/DatabaseErrors.ts";
import { databaseSlow } from "./symptoms/DatabaseSlow.ts";
import { deadLetters } from "./symptoms/DeadLetters.ts";
import { durableObjectErrors } from "./symptoms/DurableObjectErrors.ts";
import { errorRateHigh } from "./symptoms/ErrorRateHigh.ts";
import { exporterDrops } from "./symptoms/ExporterDrops.ts";
import { holdsUnrepaired } from "./symptoms/HoldsUnrepaired.ts";
import { latencyHigh } from "./symptoms/LatencyHigh.ts";
import { notificationsFailing } from "./symptoms/NotificationsFailing.ts";
import { outboxStuck } from "./symptoms/OutboxStuck.ts";
import { probeFailing } from "./symptoms/ProbeFailing.ts";
import { probeSilent } from "./symptoms/ProbeSilent.ts";
import { queueBacklogOld } from "./symptoms/QueueBacklogOld.ts";
import { ruleEvaluationFailing } from "./symptoms/RuleEvaluationFailing.ts";
import { seriesOverflow } from "./symptoms/SeriesOverflow.ts";
import { telemetrySilent } from "./symptoms/TelemetrySilent.ts";
import { watchdog } from "./symptoms/Watchdog.ts";

const symptoms: readonly AlertRule[] = [
  telemetrySilent,
  outboxStuck,
  errorRateHigh,
  latencyHigh,
  queueBacklogOld,
  deadLetters,
  exporterDrops,
  collectorRefusing,
  databaseErrors,
  databaseSlow,
  durableObjectErrors,
  cronMissed,
  holdsUnrepaired,
  ruleEvaluationFailing,
  notificationsFailing,
  certificateExpiring,
  probeFailing,
  probeSilent,
  seriesOverflow,
  watchdog,
];

/** File name without ending → its rule groups. One file per promise, one for the symptoms. */
export const ruleFilesOf = (promises: Promises): Readonly<Record<string, readonly RuleGroup[]>> => ({
  ...Object.fromEntries(Object.entries(promises).map(([id, slo]) => [id, sloGroups(id, slo)])),
  symptoms: [{ name: "symptoms", interval: "15s", rules: symptoms.map(withTraces) }],
});

function withTraces(alert: AlertRule): AlertRule {
  const traces = pageTraces(alert.annotations.runbook);
  return traces === undefined ? alert : { ...alert, annotations: { ...alert.annotations, traces } };
}

/** Every alert of these rule files, in their order. */
export const alertsOf = (files: Readonly<Record<string, readonly RuleGroup[]>>): readonly AlertRule[] =>
  Object.values(files).flatMap((groups) =>
    groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule)),
  );

export const ruleFiles = ruleFilesOf(slos);
/** Every alert that may arrive. */
export const allAlerts = alertsOf(ruleFiles);
