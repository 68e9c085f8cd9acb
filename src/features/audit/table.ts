import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Id } from "../../platform/ids.ts";

export const audit = sqliteTable("audit", {
  id: text().$type<Id<"audit">>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  /** The user who did it. */
  actor: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
  at: integer().notNull(),
});
