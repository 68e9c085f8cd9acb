import { type Owner, owners, type ReceiverName, receiverNames } from "./tree.ts";

type Integration = Readonly<Record<string, unknown>>;
export type Receiver = { readonly name: ReceiverName } & {
  readonly [kind in
    | "pagerduty_configs"
    | "slack_configs"
    | "email_configs"
    | "webhook_configs"]?: readonly Integration[];
};

/** Everything goes to the pager receiver, which keeps and shows what would have been sent. */
export const localReceivers: readonly Receiver[] = receiverNames.map((name) => ({
  name,
  webhook_configs: [{ url: "http://127.0.0.1:9095/", send_resolved: true, max_alerts: 100 }],
}));

/** Credentials are read from files when a notification is sent, so that a new one needs no reload. */
const secret = (name: string) => `/etc/alertmanager/secrets/${name}`;
const template = (name: string) => `{{ template "frontdesk.${name}" . }}`;

const pagerDuty: Integration = {
  routing_key_file: secret("pagerduty-routing-key"),
  send_resolved: true,
  description: template("subject"),
  severity: "critical",
  source: template("source"),
  component: template("component"),
  group: template("environment"),
  class: template("class"),
  client: "Frontdesk",
  client_url: template("links.dashboard"),
  details: {
    summary: template("summaries"),
    impact: template("impacts"),
    budget_left: template("budgets"),
    owner: template("owners"),
    firing: "{{ .Alerts.Firing | len }}",
    resolved: "{{ .Alerts.Resolved | len }}",
  },
  links: [
    { href: template("links.runbook"), text: "Runbook" },
    { href: template("links.dashboard"), text: "Dashboard" },
    { href: template("links.traces"), text: "Traces" },
  ],
};

/** An incoming webhook belongs to one channel, so there is one file for each. */
const slack = (channel: string): Integration => ({
  api_url_file: secret(`slack-${channel}-url`),
  send_resolved: true,
  color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
  title: template("subject"),
  title_link: template("links.dashboard"),
  fallback: template("subject"),
  text: template("slack"),
  mrkdwn_in: ["text"],
});

const mail = (owner: Owner): Integration => ({
  to: owners[owner].mail,
  send_resolved: true,
  headers: { Subject: template("subject") },
  text: template("text"),
  html: template("html"),
});

/** PagerDuty for pages, Slack beside it, Slack and e-mail for tickets, and a service outside that misses the watchdog. */
export const productionReceivers: readonly Receiver[] = [
  { name: "oncall", pagerduty_configs: [pagerDuty], slack_configs: [slack("incidents")] },
  { name: "staging", slack_configs: [slack("staging")] },
  {
    name: "watchdog",
    webhook_configs: [{ url_file: secret("watchdog-url"), send_resolved: false, max_alerts: 1 }],
  },
  ...(Object.keys(owners) as Owner[]).map(
    (owner): Receiver => ({
      name: `tickets-${owner}`,
      slack_configs: [slack(owner)],
      email_configs: [mail(owner)],
    }),
  ),
];

/** How production sends mail. */
export const productionGlobal = {
  smtp_smarthost: "smtp.frontdesk.example:587",
  smtp_from: "alerts@frontdesk.example",
  smtp_auth_username: "alerts@frontdesk.example",
  smtp_auth_password_file: secret("smtp-password"),
} as const;
