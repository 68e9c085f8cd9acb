import { stringify } from "yaml";
import type { RuleGroup } from "./rule.ts";

/** The text of a Prometheus rule file. */
export const ruleFile = (header: string, groups: readonly RuleGroup[]): string =>
  `# ${header}\n${yaml({ groups })}`;

/** YAML with every value on one line or in a block: a diff then shows what changed. */
export const yaml = (value: unknown): string =>
  stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
