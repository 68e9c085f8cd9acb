import { stringify } from "yaml";
import type { AlertRule, RecordingRule, RuleGroup } from "./rule.ts";

/** On every alert: whose it is, for an Alertmanager and a pager that other services share. */
export const serviceLabel = { service: "frontdesk" } as const;

/** The text of a Prometheus rule file. What follows from what is Alertmanager's: routing/tree.ts. */
export const ruleFile = (header: string, groups: readonly RuleGroup[]): string =>
  `# ${header}\n${yaml({ groups: groups.map((group) => ({ ...group, rules: group.rules.map(ofService) })) })}`;

function ofService(rule: AlertRule | RecordingRule) {
  if (!("alert" in rule)) return rule;
  const { follows: _, ...written } = rule;
  return { ...written, labels: { ...rule.labels, ...serviceLabel } };
}

/** YAML with every value on one line or in a block: a diff then shows what changed. */
export const yaml = (value: unknown): string =>
  stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
