import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id } from "../../platform/ids.ts";

export const users = sqliteTable("users", {
  id: text().$type<Id<"user">>().primaryKey(),
  tenantId: text("tenant_id").$type<Id<"tenant">>().notNull(),
  email: text().notNull(),
  name: text().notNull(),
  role: text({ enum: ["owner", "staff"] }).notNull(),
  passwordHash: text("password_hash").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const sessions = sqliteTable("sessions", {
  id: text().$type<Id<"session">>().primaryKey(),
  tenantId: text("tenant_id").$type<Id<"tenant">>().notNull(),
  userId: text("user_id").$type<Id<"user">>().notNull(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  revokedAt: integer("revoked_at"),
});
