import { type Owner, owners, type ReceiverName, receiverNames } from "./tree.ts";

type Integration = Readonly<Record<string, unknown>>;
export type Receiver = { readonly name: ReceiverName } & {
  readonly [kind in
    | "pagerduty_configs"
    | "slack_configs"
    | "email_configs"
    | "webhook_configs"]?: readonly Integration[];
};

/** Credentials are read from files when a notification is sent, so that a new one needs no reload. */
const secret = (name: string) => `/etc/alertmanager/secrets/${name}`;
const template = (name: string) => `{{ template "frontdesk.${name}" . }}`;

const pagerDuty: Integration = {
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

const slack: Integration = {
  send_resolved: true,
  color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
  title: template("subject"),
  title_link: template("links.dashboard"),
  fallback: template("subject"),
  text: template("slack"),
  mrkdwn_in: ["text"],
};

const mail = (owner: Owner): Integration => ({
  to: owners[owner].mail,
  send_resolved: true,
  headers: { Subject: template("subject") },
  text: template("text"),
  html: template("html"),
});

/** Where the three services of people are reached; a webhook of Slack belongs to one channel. */
type Services = {
  readonly incidents: Integration;
  readonly channel: (name: string) => Integration;
};

const watchdog = (to: Integration): Receiver => ({
  name: "watchdog",
  webhook_configs: [{ ...to, send_resolved: false, max_alerts: 1 }],
});

/** PagerDuty for pages, Slack beside it, Slack and e-mail for tickets. */
const people = ({ incidents, channel }: Services): readonly Receiver[] => [
  {
    name: "oncall",
    pagerduty_configs: [{ ...incidents, ...pagerDuty }],
    slack_configs: [{ ...channel("incidents"), ...slack }],
  },
  { name: "staging", slack_configs: [{ ...channel("staging"), ...slack }] },
  ...(Object.keys(owners) as Owner[]).map(
    (owner): Receiver => ({
      name: `tickets-${owner}`,
      slack_configs: [{ ...channel(owner), ...slack }],
      email_configs: [mail(owner)],
    }),
  ),
];

/** Those of people, and a service outside that misses the watchdog. */
export const productionReceivers: readonly Receiver[] = inOrder([
  ...people({
    incidents: { routing_key_file: secret("pagerduty-routing-key") },
    channel: (name) => ({ api_url_file: secret(`slack-${name}-url`) }),
  }),
  watchdog({ url_file: secret("watchdog-url") }),
]);

const pager = "http://127.0.0.1:9095/";

/**
 * Everything goes to the pager receiver, twice: as the webhook that says all, and as the messages that production's
 * services would get, written by the same templates, so that the pager shows what people would have read.
 */
export const localReceivers: readonly Receiver[] = inOrder([
  ...people({
    incidents: { routing_key: "local", url: `${pager}pagerduty/v2/enqueue` },
    channel: (name) => ({ api_url: `${pager}slack/${name}` }),
  }),
  { name: "watchdog" },
]).map((receiver) => ({
  ...receiver,
  webhook_configs: [{ url: pager, send_resolved: true, max_alerts: 100 }],
}));

/** As the tree names them. */
function inOrder(receivers: readonly Receiver[]): readonly Receiver[] {
  return receivers.toSorted((a, b) => receiverNames.indexOf(a.name) - receiverNames.indexOf(b.name));
}

/** The pager takes mail and delivers none. */
export const localGlobal = {
  smtp_smarthost: "127.0.0.1:9097",
  smtp_from: "alerts@frontdesk.example",
  smtp_require_tls: false,
} as const;

/** How production sends mail. */
export const productionGlobal = {
  smtp_smarthost: "smtp.frontdesk.example:587",
  smtp_from: "alerts@frontdesk.example",
  smtp_auth_username: "alerts@frontdesk.example",
  smtp_auth_password_file: secret("smtp-password"),
} as const;
