import { detectionSeconds } from "../telemetry/derive/detection.ts";
import type { WindowPair } from "../telemetry/derive/windows.ts";
import { type Promises, slos } from "../telemetry/slo.ts";
import { alertsOf, ruleFilesOf } from "./alerts.ts";
import type { AlertRule } from "./rule.ts";
import { alertName, pairsOf } from "./slo-alerts.ts";

/** What `npm run detect` measured from a fault to its page; `at` is UTC, null is a page that never came. */
export type Measured = {
  readonly fault: string;
  readonly at: string;
  readonly predictedSeconds: number | null;
  readonly measuredSeconds: number | null;
};

/** The list of all alerts with their pages, severities, how soon a full outage is seen, and what was measured last. */
export function runbookIndex(
  header: string,
  promises: Promises = slos,
  measured: Readonly<Record<string, readonly Measured[]>> = {},
): string {
  const alerts = Map.groupBy(alertsOf(ruleFilesOf(promises)), ({ alert }) => alert);
  return [
    `<!-- ${header} -->`,
    "# Runbooks",
    "",
    "One page per alert. `tier` of an alert says how fast the budget burns.",
    "Predicted: from the first failure of a full outage, with a full past; a symptom says how long it must last.",
    "Measured: from fault to page, last by `npm run detect` ([all of it](../../docs/detection.md)).",
    "",
    "| Alert | Severity | Owner | What users feel | Predicted | Last measured |",
    "|---|---|---|---|---|---|",
    ...[...alerts].map(([name, rules]) => row(name, rules, promises, measured[name])),
    "",
  ].join("\n");
}

function row(
  name: string,
  rules: readonly AlertRule[],
  promises: Promises,
  measured: readonly Measured[] | undefined,
): string {
  const severities = [...new Set(rules.map(({ labels }) => labels.severity))].join(", ");
  const [first] = rules;
  return `| [${name}](${name}.md) | ${severities} | ${first?.labels.owner} | ${first?.annotations.impact} | ${seenAfter(name, promises) ?? lasting(first)} | ${lastOf(measured)} |`;
}

function seenAfter(name: string, promises: Promises): string | undefined {
  const slo = Object.values(promises).find((entry) => alertName(entry) === name);
  const seen = slo && detectionSeconds(slo, pairsOf(slo)[0] as WindowPair, "1");
  return seen && `${seen} s`;
}

const lasting = (rule: AlertRule | undefined) => (rule?.for ? `lasts ${rule.for}` : "at once");

function lastOf(measured: readonly Measured[] = []): string {
  const last = measured.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1);
  if (last === undefined) return "not measured";
  const seconds = last.measuredSeconds === null ? "no page" : `${last.measuredSeconds} s`;
  return `${seconds}, predicted ${last.predictedSeconds} s (${last.fault}, ${last.at.slice(0, 10)})`;
}
