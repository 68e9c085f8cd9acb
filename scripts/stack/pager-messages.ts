import type { Mail } from "./pager-mail.ts";
import { BadNotification } from "./pager-notification.ts";

/** A message as Alertmanager's own templates wrote it for a person, before anybody's service was asked to deliver it. */
export type Message = { readonly id: number /** RFC 3339. */; readonly receivedAt: string } & MessageBody;
export type MessageBody =
  | ({ readonly kind: "incident" } & Incident)
  | ({ readonly kind: "chat"; readonly channel: string } & Chat)
  | ({ readonly kind: "mail" } & Mail);

export type Link = { readonly text: string; readonly address: string };
export type Incident = {
  readonly action: "trigger" | "acknowledge" | "resolve";
  readonly key: string;
  readonly summary: string;
  readonly severity: string;
  readonly source: string;
  readonly details: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
};
export type Chat = {
  readonly title: string;
  readonly titleLink: string;
  /** Slack's mrkdwn. */
  readonly text: string;
  readonly color: string;
};

/**
 * Reads an event as PagerDuty takes it.
 *
 * @source https://developer.pagerduty.com/docs/send-alert-event
 * @throws BadNotification
 */
export function readIncident(body: string): MessageBody {
  const event = record(body);
  const payload = (event.payload ?? {}) as Record<string, unknown>;
  const action = event.event_action;
  if (action !== "trigger" && action !== "acknowledge" && action !== "resolve")
    throw new BadNotification("event_action must be trigger, acknowledge or resolve");
  const links = Array.isArray(event.links) ? (event.links as Record<string, unknown>[]) : [];
  return {
    kind: "incident",
    action,
    key: text(event.dedup_key),
    summary: text(payload.summary),
    severity: text(payload.severity),
    source: text(payload.source),
    details: Object.fromEntries(
      Object.entries((payload.custom_details ?? {}) as Record<string, unknown>).map(([name, value]) => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    links: links.map(({ href, text: said }) => ({ address: text(href), text: text(said) })),
  };
}

/**
 * Reads a message as an incoming webhook of Slack takes it.
 *
 * @source https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 * @throws BadNotification
 */
export function readChat(channel: string, body: string): MessageBody {
  const message = record(body);
  const [attachment] = Array.isArray(message.attachments)
    ? (message.attachments as Record<string, unknown>[])
    : [];
  if (!attachment) throw new BadNotification("attachments must hold one");
  return {
    kind: "chat",
    channel,
    title: text(attachment.title),
    titleLink: text(attachment.title_link),
    text: text(attachment.text),
    color: text(attachment.color),
  };
}

function record(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new BadNotification("the body must be a JSON object");
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
