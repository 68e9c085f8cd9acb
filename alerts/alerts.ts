import { type Promises, slos } from "../telemetry/slo.ts";
import type { AlertRule, RuleGroup } from "./rule.ts";
import { sloGroups } from "./slo-alerts.ts";
import { outboxStuck } from "./symptoms/OutboxStuck.ts";
import { telemetrySilent } from "./symptoms/TelemetrySilent.ts";
import { watchdog } from "./symptoms/Watchdog.ts";

const symptoms: readonly AlertRule[] = [telemetrySilent, outboxStuck, watchdog];

/** File name without ending → its rule groups. One file per promise, one for the symptoms. */
export const ruleFilesOf = (promises: Promises): Readonly<Record<string, readonly RuleGroup[]>> => ({
  ...Object.fromEntries(Object.entries(promises).map(([id, slo]) => [id, sloGroups(id, slo)])),
  symptoms: [{ name: "symptoms", interval: "15s", rules: symptoms }],
});

/** Every alert of these rule files, in their order. */
export const alertsOf = (files: Readonly<Record<string, readonly RuleGroup[]>>): readonly AlertRule[] =>
  Object.values(files).flatMap((groups) =>
    groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule)),
  );

export const ruleFiles = ruleFilesOf(slos);
/** Every alert that may arrive. */
export const allAlerts = alertsOf(ruleFiles);
