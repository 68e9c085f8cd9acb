import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id } from "../../platform/ids.ts";
import type { BookingStatus } from "./booking.ts";

// Indexes, checks and the overlap triggers stand in migrations/0002.
export const bookings = sqliteTable("bookings", {
  id: text().$type<Id<"booking">>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  roomId: text("room_id").notNull(),
  from: integer("from_ms").notNull(),
  to: integer("to_ms").notNull(),
  customerName: text("customer_name").notNull(),
  customerEmail: text("customer_email").notNull(),
  status: text().$type<BookingStatus>().notNull(),
  version: integer().notNull(),
  createdAt: integer("created_at").notNull(),
});

export const decisions = sqliteTable("decisions", {
  attempt: text().primaryKey(),
  outcome: text().$type<"committed" | "aborted">().notNull(),
  bookingId: text("booking_id").$type<Id<"booking">>().notNull(),
  decidedAt: integer("decided_at").notNull(),
  appliedAt: integer("applied_at"),
  queuedAt: integer("queued_at").notNull(),
  /** Null on rows that are older than this column. */
  tenantId: text("tenant_id"),
});

export const idempotency = sqliteTable(
  "idempotency",
  {
    tenantId: text("tenant_id").notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    status: integer().notNull(),
    body: text().notNull(),
    location: text(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.key] })],
);
