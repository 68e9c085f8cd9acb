import type { AttributeName } from "./attributes.ts";

/**
 * The registry of spans that application code opens by name.
 * Spans of entry points and bindings are named by the kit after the semantic conventions (`bindingSpans`).
 */
type SpanEntry = { readonly brief: string; readonly attributes: readonly AttributeName[] };

export const spans = {
  "auth.register": {
    brief: "Register a tenant with its owner.",
    attributes: ["frontdesk.event.name", "frontdesk.outcome"],
  },
  "auth.login": {
    brief: "Check a password and open a session.",
    attributes: ["frontdesk.event.name", "frontdesk.outcome"],
  },
  "auth.hash": { brief: "scrypt.", attributes: [] },
  "booking.create": {
    brief: "The booking story: hold, decide, apply.",
    attributes: [
      "frontdesk.event.name",
      "frontdesk.outcome",
      "frontdesk.attempt.id",
      "frontdesk.room.id",
      "frontdesk.booking.id",
    ],
  },
  "booking.cancel": {
    brief: "The cancelling story: intend, decide, apply.",
    attributes: [
      "frontdesk.event.name",
      "frontdesk.outcome",
      "frontdesk.attempt.id",
      "frontdesk.room.id",
      "frontdesk.booking.id",
    ],
  },
  "calendar.repair": {
    brief: "An alarm obeys the deciding row of a due intent.",
    attributes: ["frontdesk.outcome", "frontdesk.attempt.id", "frontdesk.room.id"],
  },
  "outbox.relay": {
    brief: "Claim pending events and send them.",
    attributes: ["messaging.batch.message_count"],
  },
  "event.handle": {
    brief: "The effect of one event, once.",
    attributes: ["frontdesk.event.type", "frontdesk.event.id", "frontdesk.outcome"],
  },
  "health.check": { brief: "One dependency, asked and timed.", attributes: ["frontdesk.check"] },
  heartbeat: { brief: "Each minute from cron: telemetry is alive.", attributes: [] },
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
  "durable_object.alarm": { name: "{class}/alarm", kind: "SERVER" },
  "service.client": { name: "{binding}/{method}", kind: "CLIENT" },
  "queue.send": { name: "send {queue}", kind: "PRODUCER" },
  "queue.process": { name: "process {queue}", kind: "CONSUMER" },
  scheduled: { name: "scheduled {cron}", kind: "SERVER" },
} as const;
