import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id } from "../../platform/ids.ts";

export const rooms = sqliteTable("rooms", {
  id: text().$type<Id<"room">>().primaryKey(),
  tenantId: text("tenant_id").$type<Id<"tenant">>().notNull(),
  name: text().notNull(),
  capacity: integer().notNull(),
  version: integer().notNull().default(1),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});
