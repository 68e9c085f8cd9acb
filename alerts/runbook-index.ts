import { detectionSeconds } from "../telemetry/derive/detection.ts";
import type { WindowPair } from "../telemetry/derive/windows.ts";
import { type Promises, slos } from "../telemetry/slo.ts";
import { alertsOf, ruleFilesOf } from "./alerts.ts";
import type { AlertRule } from "./rule.ts";
import { alertName, pairsOf } from "./slo-alerts.ts";

/** The list of all alerts with their pages, severities, and how soon a full outage is seen. */
export function runbookIndex(header: string, promises: Promises = slos): string {
  const alerts = Map.groupBy(alertsOf(ruleFilesOf(promises)), ({ alert }) => alert);
  return [
    `<!-- ${header} -->`,
    "# Runbooks",
    "",
    "One page per alert. `tier` of an alert says how fast the budget burns.",
    "",
    "| Alert | Severity | Owner | What users feel | Full outage seen after |",
    "|---|---|---|---|---|",
    ...[...alerts].map(([name, rules]) => row(name, rules, promises)),
    "",
  ].join("\n");
}

function row(name: string, rules: readonly AlertRule[], promises: Promises): string {
  const severities = [...new Set(rules.map(({ labels }) => labels.severity))].join(", ");
  const [first] = rules;
  return `| [${name}](${name}.md) | ${severities} | ${first?.labels.owner} | ${first?.annotations.impact} | ${seenAfter(name, promises)} |`;
}

function seenAfter(name: string, promises: Promises): string {
  const slo = Object.values(promises).find((entry) => alertName(entry) === name);
  const seen = slo && detectionSeconds(slo, pairsOf(slo)[0] as WindowPair, "1");
  return seen ? `${seen} s` : "–";
}
