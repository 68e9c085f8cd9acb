import type { AttributeName } from "./attributes.ts";

/**
 * The registry of spans that application code opens by name.
 * Spans of entry points and bindings are named by the kit after the semantic conventions (`bindingSpans`).
 */
type SpanEntry = { readonly attributes: readonly AttributeName[] };

export const spans = {
  "auth.register": { attributes: ["frontdesk.event.name", "frontdesk.outcome"] },
  "auth.login": { attributes: ["frontdesk.event.name", "frontdesk.outcome"] },
  "auth.hash": { attributes: [] },
  "booking.create": {
    attributes: [
      "frontdesk.event.name",
      "frontdesk.outcome",
      "frontdesk.attempt.id",
      "frontdesk.room.id",
      "frontdesk.booking.id",
    ],
  },
  "booking.cancel": {
    attributes: [
      "frontdesk.event.name",
      "frontdesk.outcome",
      "frontdesk.attempt.id",
      "frontdesk.room.id",
      "frontdesk.booking.id",
    ],
  },
  "calendar.repair": { attributes: ["frontdesk.outcome", "frontdesk.attempt.id", "frontdesk.room.id"] },
  "outbox.relay": { attributes: ["messaging.batch.message_count"] },
  "event.handle": { attributes: ["frontdesk.event.type", "frontdesk.event.id", "frontdesk.outcome"] },
  "health.check": { attributes: ["frontdesk.check"] },
  heartbeat: { attributes: [] },
} as const satisfies Record<string, SpanEntry>;

export type SpanName = keyof typeof spans;

/** How the kit names the spans of entry points and bindings. */
export const bindingSpans = {
  "http.server": { name: "{method} {http.route}", kind: "SERVER" },
  "http.client": { name: "{method}", kind: "CLIENT" },
  "d1.client": { name: "{db.query.summary}", kind: "CLIENT" },
  "kv.client": { name: "{operation} {binding}", kind: "CLIENT" },
  "r2.client": { name: "{operation} {binding}", kind: "CLIENT" },
  "durable_object.client": { name: "{class}/{method}", kind: "CLIENT" },
  "durable_object.server": { name: "{class}/{method}", kind: "SERVER" },
  "durable_object.constructor": { name: "{class}/constructor", kind: "INTERNAL" },
  "durable_object.storage": { name: "{db.query.summary} | {operation} storage", kind: "CLIENT" },
  "durable_object.event": { name: "{class}/webSocketMessage …", kind: "SERVER" },
  "durable_object.alarm": { name: "{class}/alarm", kind: "SERVER" },
  "service.client": { name: "{binding}/{method}", kind: "CLIENT" },
  "queue.send": { name: "send {queue}", kind: "PRODUCER" },
  "queue.process": { name: "process {queue}", kind: "CONSUMER" },
  scheduled: { name: "scheduled {cron}", kind: "SERVER" },
} as const;
