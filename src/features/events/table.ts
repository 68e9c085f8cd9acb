import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id } from "../../platform/ids.ts";

export const outbox = sqliteTable("outbox", {
  id: text().$type<Id<"event">>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  type: text().notNull(),
  aggregate: text().notNull(),
  sequence: integer().notNull(),
  payload: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  traceparent: text(),
  tracestate: text(),
  requestId: text("request_id"),
  correlationId: text("correlation_id"),
  state: text().$type<"pending" | "sent" | "handled">().notNull(),
  /** How often the queue has taken it. */
  sends: integer().notNull(),
  claimedUntil: integer("claimed_until").notNull(),
  createdAt: integer("created_at").notNull(),
  sentAt: integer("sent_at"),
  handledAt: integer("handled_at"),
});

export const inbox = sqliteTable("inbox", {
  eventId: text("event_id").primaryKey(),
  handledAt: integer("handled_at").notNull(),
});

export const activity = sqliteTable("activity", {
  aggregate: text().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  type: text().notNull(),
  sequence: integer().notNull(),
  payload: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  at: integer().notNull(),
});

export const activityDays = sqliteTable(
  "activity_days",
  {
    tenantId: text("tenant_id").notNull(),
    day: text().notNull(),
    type: text().notNull(),
    events: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.day, table.type] })],
);
