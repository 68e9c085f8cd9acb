import { getTableColumns, type InferInsertModel, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { ask, type Db } from "./db.ts";

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

/** Removes at most so many rows: a slice that nobody has to wait long for, however many there are. */
export const deleteSome = (db: Db, table: SQLiteTable, where: SQL | undefined, limit: number): Statement =>
  db.delete(table).where(sql`rowid in (select rowid from ${table} where ${where} limit ${limit})`);

/** Runs statements that only remove, in one batch; gives how many rows they removed. */
export async function countRemoved(db: Db, statements: readonly Statement[]): Promise<number> {
  const [first, ...rest] = statements;
  if (!first) return 0;
  const results = (await ask(db.batch([first, ...rest]))) as readonly D1Result[];
  return results.reduce((sum, { meta }) => sum + meta.changes, 0);
}
