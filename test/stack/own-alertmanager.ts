import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect } from "vitest";
import { parse } from "yaml";
import { ruleFiles } from "../../alerts/alerts.ts";
import { startVendors, type Vendors } from "../support/vendors/receivers.ts";
import { ownPlace, startTool } from "./own-tools.ts";
import { poll } from "./stores/poll.ts";

export const root = resolve(import.meta.dirname, "../..");
export type Labels = Readonly<Record<string, string>>;
export type Rule = { readonly alert: string; readonly labels: Labels; readonly annotations: Labels };
export type Alert = {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly generatorURL: string;
  readonly endsAt?: string;
};
/** An event as PagerDuty gets it. */
export type Event = {
  readonly event_action: string;
  readonly dedup_key: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly payload: {
    readonly group: string;
    readonly class: string;
    readonly summary: string;
    readonly custom_details: Labels;
  };
};

/** Every alert, out of the generated files. */
export const rules: readonly Rule[] = Object.keys(ruleFiles).flatMap((name) => {
  const text = readFileSync(join(root, `alerts/generated/${name}.rules.yaml`), "utf8");
  const { groups } = parse(text) as { groups: { rules: (Rule | { alert?: undefined })[] }[] };
  return groups.flatMap((group) => group.rules.filter((rule) => rule.alert !== undefined));
});
export const pages = rules.filter(({ labels }) => labels.severity === "page");

export const environmentOf = (environment: string): Labels => ({ deployment_environment_name: environment });

/** An alert as Prometheus would send it: its templates are filled. */
export const firing = ({ alert, labels, annotations }: Rule, environment: string): Alert => ({
  labels: { ...labels, ...environmentOf(environment), alertname: alert },
  annotations: Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [
      name,
      value.replace(/\{\{ with .*\{\{ end \}\}|\{\{.*?\}\}/gs, "12 %"),
    ]),
  ),
  generatorURL: "http://prometheus.example/graph",
});
export const ended = (alerts: readonly Alert[]): Alert[] =>
  alerts.map((alert) => ({ ...alert, endsAt: new Date(Date.now() - 1).toISOString() }));

export type Alerting = {
  readonly url: string;
  readonly vendors: Vendors;
  readonly send: (alerts: readonly Alert[]) => Promise<void>;
  /** What PagerDuty was told of one environment. */
  readonly events: (environment: string) => Event[];
  /** What was written into a channel of Slack and holds these words. */
  readonly slack: (channel: string, ...words: string[]) => unknown[];
};

/** Alertmanager in its production configuration; only addresses, folders of credentials and waiting times are others. */
export async function startAlerting(): Promise<Alerting> {
  const vendors = await startVendors();
  afterAll(() => vendors.close());
  const place = await ownPlace();
  const secrets = join(place.folder.root, "secrets");
  mkdirSync(secrets, { recursive: true });
  const production = readFileSync(join(root, "telemetry/stack/alertmanager.production.yaml"), "utf8");
  for (const [, name = ""] of production.matchAll(/\/etc\/alertmanager\/secrets\/(\S+)/g)) {
    const credential = name.endsWith("-url") ? `${vendors.url}/${name}` : "a1b2".repeat(8);
    writeFileSync(join(secrets, name), `${credential}\n`);
  }
  const text = production
    .replaceAll("/etc/alertmanager/secrets", secrets)
    .replace("templates/*.tmpl", join(root, "telemetry/stack/templates/*.tmpl"))
    .replace("smtp.frontdesk.example:587", vendors.smtp)
    .replaceAll("group_wait: 5m", "group_wait: 1s")
    .replaceAll(/group_interval: (15m|5s)/g, "group_interval: 1s")
    .replace("global:\n", `global:\n  smtp_require_tls: false\n  pagerduty_url: ${vendors.url}/v2/enqueue\n`);
  writeFileSync(join(place.folder.config, "telemetry/stack/alertmanager.yaml"), text);
  await startTool(place, "alertmanager");
  return alerting(place.url("alertmanager"), vendors);
}

function alerting(url: string, vendors: Vendors): Alerting {
  const at = (path: string) => vendors.received.filter((one) => one.path === path).map(({ body }) => body);
  return {
    url,
    vendors,
    send: async (alerts) => {
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(alerts),
      });
      expect(response.status).toBe(200);
    },
    events: (environment) =>
      (at("/v2/enqueue") as Event[]).filter(({ payload }) => payload.group === environment),
    slack: (channel, ...words) =>
      at(`/slack-${channel}-url`).filter((body) =>
        words.every((word) => JSON.stringify(body).includes(word)),
      ),
  };
}

/** Waits until there is one. */
export const seen = <T>(what: () => readonly T[]): Promise<readonly T[]> =>
  poll(
    async () => what(),
    ({ length }) => length > 0,
    20_000,
  );

/** Events that tell of so many alerts at once. */
export const telling = (events: readonly Event[], count: number): Event[] =>
  events.filter(({ payload }) => Number(payload.custom_details.firing) === count);
