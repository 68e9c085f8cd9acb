/** One alert inside a notification, as Alertmanager sends it. */
export type PagedAlert = {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
};

/** Alertmanager's webhook payload, version 4, with the time it arrived here. */
export type Notification = {
  readonly id: number;
  /** RFC 3339. */
  readonly receivedAt: string;
  readonly status: "firing" | "resolved";
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly truncatedAlerts: number;
  readonly alerts: readonly PagedAlert[];
};

/** What the sender got wrong, in words. */
export class BadNotification extends Error {}

/**
 * Reads a webhook body.
 *
 * @throws BadNotification naming the first field that is wrong
 * @source https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function parseNotification(body: string, id: number, receivedAt: string): Notification {
  const value = record(json(body), "the body");
  if (value.version !== "4")
    throw new BadNotification('version must be "4": this is the webhook format of Alertmanager');
  const alerts = value.alerts;
  if (!Array.isArray(alerts) || alerts.length === 0)
    throw new BadNotification("alerts must be a list with at least one alert");
  return {
    id,
    receivedAt,
    status: status(value.status, "status"),
    receiver: text(value.receiver, "receiver"),
    groupKey: text(value.groupKey, "groupKey"),
    groupLabels: labels(value.groupLabels, "groupLabels"),
    commonLabels: labels(value.commonLabels, "commonLabels"),
    commonAnnotations: labels(value.commonAnnotations, "commonAnnotations"),
    externalURL: text(value.externalURL, "externalURL"),
    truncatedAlerts: typeof value.truncatedAlerts === "number" ? value.truncatedAlerts : 0,
    alerts: alerts.map((alert: unknown, index) => parseAlert(alert, `alerts[${index}]`)),
  };
}

function parseAlert(input: unknown, at: string): PagedAlert {
  const value = record(input, at);
  return {
    status: status(value.status, `${at}.status`),
    labels: labels(value.labels, `${at}.labels`),
    annotations: labels(value.annotations, `${at}.annotations`),
    startsAt: text(value.startsAt, `${at}.startsAt`),
    endsAt: text(value.endsAt, `${at}.endsAt`),
    generatorURL: text(value.generatorURL, `${at}.generatorURL`),
    fingerprint: text(value.fingerprint, `${at}.fingerprint`),
  };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new BadNotification("the body is not JSON");
  }
}

function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BadNotification(`${at} must be an object`);
  return value as Record<string, unknown>;
}

function status(value: unknown, at: string): "firing" | "resolved" {
  if (value !== "firing" && value !== "resolved")
    throw new BadNotification(`${at} must be "firing" or "resolved"`);
  return value;
}

/** Absent reads as empty, as Go's encoder leaves it out. */
function text(value: unknown, at: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw new BadNotification(`${at} must be text`);
  return value;
}

function labels(value: unknown, at: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(record(value, at));
  for (const [name, label] of entries)
    if (typeof label !== "string") throw new BadNotification(`${at}.${name} must be text`);
  return Object.fromEntries(entries) as Record<string, string>;
}
