import { yaml } from "../rule-file.ts";
import { localGlobal, localReceivers, productionGlobal, productionReceivers } from "./receivers.ts";
import { inhibitRules, route } from "./tree.ts";

const resolve = { resolve_timeout: "5m" } as const;

/** Where an Alertmanager runs → what is its own; the routing tree and the inhibition are the same everywhere. */
const places = {
  local: {
    global: { ...resolve, ...localGlobal },
    // The second folder says where links lead here.
    templates: ["templates/*.tmpl", "local/*.tmpl"],
    receivers: localReceivers,
  },
  production: {
    global: { ...resolve, ...productionGlobal },
    templates: ["templates/*.tmpl"],
    receivers: productionReceivers,
  },
} as const;

/**
 * Text of Alertmanager's configuration.
 *
 * @source https://prometheus.io/docs/alerting/latest/configuration/
 */
export function alertmanagerFile(header: string, place: keyof typeof places): string {
  const { receivers, ...own } = places[place];
  return `# ${header}\n${yaml({ ...own, route, inhibit_rules: inhibitRules, receivers })}`;
}
