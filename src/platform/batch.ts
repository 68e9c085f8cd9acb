import { getTableColumns, type InferInsertModel, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Db } from "./db.ts";

/** A statement that one feature lends to another's batch. */
export type Statement = BatchItem<"sqlite">;

/**
 * An INSERT that happens only if the statement before it in the same batch changed exactly one row.
 * D1 does not fail a batch for an UPDATE that hits no row, so every row that depends on it is written this way.
 */
export function insertIfChanged<T extends SQLiteTable>(
  db: Db,
  table: T,
  values: Required<InferInsertModel<T>>,
): Statement {
  const columns = Object.entries(getTableColumns(table));
  const given = values as Record<string, unknown>;
  const list = columns.map(
    ([name, column]) => sql`${sql.param(given[name] ?? null, given[name] == null ? undefined : column)}`,
  );
  return db.insert(table).select(sql`select ${sql.join(list, sql`, `)} where changes() = 1`);
}
