import { type Slo, slos } from "../telemetry/slo.ts";
import type { AlertRule, RuleGroup } from "./rule.ts";
import { sloGroups } from "./slo-alerts.ts";
import { outboxStuck } from "./symptoms/OutboxStuck.ts";
import { telemetrySilent } from "./symptoms/TelemetrySilent.ts";
import { watchdog } from "./symptoms/Watchdog.ts";

const symptoms: readonly AlertRule[] = [telemetrySilent, outboxStuck, watchdog];

/** File name without ending → its rule groups. One file per promise, one for the symptoms. */
export const ruleFiles: Readonly<Record<string, readonly RuleGroup[]>> = {
  ...Object.fromEntries(Object.entries<Slo>(slos).map(([id, slo]) => [id, sloGroups(id, slo)])),
  symptoms: [{ name: "symptoms", interval: "15s", rules: symptoms }],
};

/** Every alert that may arrive, in the order of the files. */
export const allAlerts: readonly AlertRule[] = Object.values(ruleFiles).flatMap((groups) =>
  groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule)),
);
