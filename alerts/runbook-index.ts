import { detectionSeconds } from "../telemetry/derive/detection.ts";
import { windowPairs } from "../telemetry/derive/windows.ts";
import { type Slo, slos } from "../telemetry/slo.ts";
import { allAlerts } from "./alerts.ts";
import { alertName } from "./slo-alerts.ts";

/** The list of all alerts with their pages, severities, and how soon a full outage is seen. */
export function runbookIndex(header: string): string {
  const names = [...new Set(allAlerts.map(({ alert }) => alert))];
  return [
    `<!-- ${header} -->`,
    "# Runbooks",
    "",
    "One page per alert. `tier` of an alert says how fast the budget burns.",
    "",
    "| Alert | Severity | Owner | What users feel | Full outage seen after |",
    "|---|---|---|---|---|",
    ...names.map(row),
    "",
  ].join("\n");
}

function row(name: string): string {
  const rules = allAlerts.filter(({ alert }) => alert === name);
  const severities = [...new Set(rules.map(({ labels }) => labels.severity))].join(", ");
  const [first] = rules;
  return `| [${name}](${name}.md) | ${severities} | ${first?.labels.owner} | ${first?.annotations.impact} | ${seenAfter(name)} |`;
}

function seenAfter(name: string): string {
  const slo = Object.values<Slo>(slos).find((entry) => alertName(entry) === name);
  const seen = slo && detectionSeconds(slo, windowPairs[0], "1");
  return seen ? `${seen} s` : "–";
}
