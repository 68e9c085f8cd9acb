import type { AttributeName } from "./attributes.ts";

/**
 * The registry of spans that application code opens by name; all of them are INTERNAL.
 * Spans of entry points and bindings are the kit's: `binding-spans.ts`.
 */
type SpanEntry = {
  /** All that it may carry, next to `everySpan`. */
  readonly attributes: readonly AttributeName[];
  /** Those of them without which none ends, however it ends. */
  readonly required?: readonly AttributeName[];
};

export const spans = {
  "auth.register": { attributes: ["frontdesk.event.name", "frontdesk.outcome"] },
  "auth.login": { attributes: ["frontdesk.event.name", "frontdesk.outcome"] },
  "auth.hash": { attributes: [] },
  "tenant.remove": { attributes: ["frontdesk.event.name", "frontdesk.outcome"] },
  "tenant.sweep": {
    attributes: ["frontdesk.tenant.id", "frontdesk.outcome"],
    required: ["frontdesk.tenant.id"],
  },
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
  "event.handle": {
    attributes: ["frontdesk.event.type", "frontdesk.event.id", "frontdesk.outcome"],
    required: ["frontdesk.event.type", "frontdesk.event.id"],
  },
  "health.check": { attributes: ["frontdesk.check"], required: ["frontdesk.check"] },
  heartbeat: { attributes: [] },
} as const satisfies Record<string, SpanEntry>;

export type SpanName = keyof typeof spans;

/** What any span may carry: why it failed, and who asked for the invocation. */
export const everySpan = [
  "error.type",
  "frontdesk.request.id",
  "frontdesk.correlation.id",
  "frontdesk.tenant.id",
] as const satisfies readonly AttributeName[];
