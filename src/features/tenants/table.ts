import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id } from "../../platform/ids.ts";

export const tenants = sqliteTable("tenants", {
  id: text().$type<Id<"tenant">>().primaryKey(),
  slug: text().notNull(),
  name: text().notNull(),
  tier: text({ enum: ["free", "pro", "internal"] })
    .notNull()
    .default("free"),
  createdAt: integer("created_at").notNull(),
  /** Set when it was removed; the row is the last to go. */
  removedAt: integer("removed_at"),
});
