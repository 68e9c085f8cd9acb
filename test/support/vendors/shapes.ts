import type { Schema } from "@cfworker/json-schema";

const text = (maxLength?: number): Schema => ({
  type: "string",
  minLength: 1,
  ...(maxLength && { maxLength }),
});
const url: Schema = { type: "string", pattern: "^https?://[^\\s<>|]+$" };

/**
 * An event of PagerDuty's Events API v2, closed: a field that is not published is refused.
 *
 * @source https://developer.pagerduty.com/docs/send-alert-event and https://developer.pagerduty.com/api-reference/368ae3d938c9e-send-an-event-to-pager-duty
 */
export const pagerDutyEvent: Schema = {
  type: "object",
  required: ["routing_key", "event_action", "dedup_key", "payload"],
  additionalProperties: false,
  properties: {
    routing_key: { type: "string", pattern: "^[0-9a-zA-Z]{32}$" },
    event_action: { enum: ["trigger", "acknowledge", "resolve"] },
    dedup_key: text(255),
    client: text(),
    client_url: url,
    images: { type: "array", maxItems: 0 },
    links: {
      type: "array",
      items: {
        type: "object",
        required: ["href"],
        additionalProperties: false,
        properties: { href: url, text: text() },
      },
    },
    payload: {
      type: "object",
      required: ["summary", "source", "severity"],
      additionalProperties: false,
      properties: {
        summary: text(1024),
        source: text(),
        severity: { enum: ["critical", "error", "warning", "info"] },
        timestamp: text(),
        component: text(),
        group: text(),
        class: text(),
        custom_details: { type: "object" },
      },
    },
  },
};

/**
 * A message to a Slack incoming webhook with an attachment, closed.
 * A webhook belongs to one channel and one app: fields that would choose another are refused there, so here as well.
 *
 * @source https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments and https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export const slackMessage: Schema = {
  type: "object",
  required: ["attachments"],
  additionalProperties: false,
  properties: {
    text: text(40_000),
    username: text(),
    attachments: {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: {
        type: "object",
        required: ["fallback", "title", "text"],
        additionalProperties: false,
        properties: {
          color: { enum: ["good", "warning", "danger"] },
          fallback: text(),
          title: text(),
          title_link: url,
          text: text(40_000),
          footer: { type: "string", maxLength: 300 },
          callback_id: { type: "string" },
          mrkdwn_in: { type: "array", items: { enum: ["text", "pretext", "fields"] } },
        },
      },
    },
  },
};
