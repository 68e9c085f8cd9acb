import { environment } from "../../telemetry/derive/series.ts";
import type { Duration } from "../../telemetry/derive/windows.ts";
import { allAlerts } from "../alerts.ts";
import type { AlertRule } from "../rule.ts";

/** Who looks after what: each has a channel and an address for tickets. Every `owner` of an alert stands here. */
export const owners = {
  platform: { mail: "platform@frontdesk.example" },
  bookings: { mail: "bookings@frontdesk.example" },
} as const;
export type Owner = keyof typeof owners;

/** One node of Alertmanager's routing tree. */
export type Route = {
  readonly matchers?: readonly string[];
  readonly receiver: ReceiverName;
  readonly group_by: readonly string[];
  readonly group_wait: Duration;
  readonly group_interval: Duration;
  readonly repeat_interval: Duration;
  readonly routes?: readonly Route[];
};
export type ReceiverName = "oncall" | "staging" | "watchdog" | `tickets-${Owner}`;

const ownerNames = Object.keys(owners) as Owner[];
export const receiverNames: readonly ReceiverName[] = [
  "oncall",
  "staging",
  "watchdog",
  ...ownerNames.map((owner) => `tickets-${owner}` as const),
];

/**
 * Everything that fails in one place at one time is one incident, whoever owns the parts: the group key is the incident key.
 * A page that waits to be grouped is a late page; what joins it or ends is told within seconds, and only changes are sent.
 */
const incident = {
  group_by: ["service", environment],
  group_wait: "0s",
  group_interval: "5s",
  repeat_interval: "4h",
} as const;

/** A ticket waits, because the fastest one fires before the page of the same promise, which then holds it back. */
const ticket = {
  group_by: ["service", environment, "alertname"],
  group_wait: "5m",
  group_interval: "15m",
  repeat_interval: "1d",
} as const;

/** Sent every minute: the first tick after 45 s. With equal numbers every other tick would be left out. */
const sign = {
  group_by: ["service"],
  group_wait: "0s",
  group_interval: "30s",
  repeat_interval: "45s",
} as const;

/** The one routing tree. Local and production differ in what stands behind the names of the receivers only. */
export const route: Route = {
  // What fits nowhere, as a severity that nobody thought of, is still seen by somebody.
  receiver: "tickets-platform",
  ...ticket,
  routes: [
    { matchers: ['severity="watchdog"'], receiver: "watchdog", ...sign },
    // Staging wakes nobody.
    { matchers: ['severity="page"', `${environment}="staging"`], receiver: "staging", ...incident },
    { matchers: ['severity="page"'], receiver: "oncall", ...incident },
    ...ownerNames.map(
      (owner): Route => ({
        matchers: ['severity="ticket"', `owner="${owner}"`],
        receiver: `tickets-${owner}`,
        ...ticket,
      }),
    ),
  ],
};

export type InhibitRule = {
  readonly name: string;
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
};

/**
 * Only tickets are ever held back. A page is not, by anything: a source that a mute silences still inhibits,
 * so a muted cause would take the page of a promise with it.
 */
export const inhibitRules: readonly InhibitRule[] = [
  {
    name: "page over ticket of the same promise",
    source_matchers: ['severity="page"', 'slo!=""'],
    target_matchers: ['severity="ticket"', 'slo!=""'],
    equal: ["service", environment, "slo"],
  },
  ...allAlerts.flatMap(causesOver),
  ...allAlerts.flatMap(pagesOver),
];

/** A part that fails holds back the tickets of what follows from it, and of nothing else. */
function causesOver({ alert, follows }: AlertRule): InhibitRule[] {
  if (!follows) return [];
  const causes = follows.causes.map((cause) => cause.alert);
  return [held(alert, `${alert} follows from its causes`, [`alertname=~"${causes.join("|")}"`])];
}

/** A promise that pages holds back the tickets that say less of the same. */
function pagesOver({ alert, follows }: AlertRule): InhibitRule[] {
  if (!follows?.pagesOf) return [];
  const source = ['severity="page"', `slo=~"${follows.pagesOf.join("|")}"`];
  return [held(alert, `${alert} is told by pages`, source)];
}

function held(alert: string, name: string, source: readonly string[]): InhibitRule {
  return {
    name,
    source_matchers: source,
    target_matchers: ['severity="ticket"', `alertname="${alert}"`],
    equal: ["service", environment],
  };
}
