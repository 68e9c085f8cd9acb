import { burnThreshold } from "../telemetry/derive/burn.ts";
import { quote } from "../telemetry/derive/promql.ts";
import { environment } from "../telemetry/derive/series.ts";
import { type WindowPair, windowPairs } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { badTraces, budgetLeft, eventsOf, pageTraces, ratioNow } from "./annotations.ts";
import { badEvents, fastInterval, fastRules, recorded, slowInterval, slowRules } from "./recording-rules.ts";
import type { AlertRule, RuleGroup } from "./rule.ts";

/** An alert is called like its runbook page. */
export const alertName = (slo: Pick<Slo, "runbook">): string => slo.runbook.replace(/^.*\/|\.md$/g, "");

/** Window pairs that a promise alerts on: all four, or only the tickets. */
export const pairsOf = (slo: Slo): readonly WindowPair[] =>
  windowPairs.filter(({ severity }) => slo.severity === "page" || severity === "ticket");

/** A fast group for pages and a slow one for tickets and budget; an alert stands beside its series, or it lags by one interval. */
export function sloGroups(id: string, slo: Slo): RuleGroup[] {
  const alerts = (severity: WindowPair["severity"]) =>
    pairsOf(slo)
      .filter((pair) => pair.severity === severity)
      .map((pair) => burnAlert(id, slo, pair));
  return [
    { name: `${id}:fast`, interval: fastInterval, rules: [...fastRules(id, slo), ...alerts("page")] },
    { name: `${id}:slow`, interval: slowInterval, rules: [...slowRules(id, slo), ...alerts("ticket")] },
  ];
}

function burnAlert(id: string, slo: Slo, pair: WindowPair): AlertRule {
  const traces = badTraces(slo) ?? pageTraces(slo.runbook);
  return {
    alert: alertName(slo),
    expr: burnExpression(id, slo, pair),
    // No `for`: the short window already says that it goes on, and waiting only delays.
    labels: { severity: pair.severity, owner: slo.owner, slo: id, tier: pair.tier },
    annotations: {
      summary: `${slo.title} in {{ $labels.${environment} }}: {{ $value | humanizePercentage }} of ${eventsOf(slo)} of the last ${pair.long} are bad, more than ${pair.burn} times what the promise of ${slo.objective} over ${slo.window} allows; of the last ${pair.short} ${ratioNow(id, pair.short)}.`,
      impact: slo.userImpact,
      runbook: slo.runbook,
      dashboard: `/d/${slo.dashboard}`,
      ...(traces !== undefined && { traces }),
      budget: budgetLeft(id, slo),
    },
  };
}

/** The long window decides and is the value. Clients that give up leave no short one; that is no recovery, so what fires goes on firing. */
function burnExpression(id: string, slo: Slo, pair: WindowPair): string {
  const threshold = burnThreshold(slo, pair);
  const ratio = (window: string) => recorded(`slo:error_ratio:${window}`, id);
  const firing = `ALERTS{alertname=${quote(alertName(slo))},alertstate="firing",slo=${quote(id)},tier=${quote(pair.tier)}}`;
  return [
    `${ratio(pair.long)} > ${threshold}`,
    `and on (${environment}) (`,
    `  ${ratio(pair.short)} > ${threshold}`,
    `  or ${firing} unless on (${environment}) ${ratio(pair.short)}`,
    ")",
    `and ${badEvents(id, pair.long)} >= ${slo.badEventsMin}`,
  ].join("\n");
}
