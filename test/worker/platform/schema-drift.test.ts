import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { env } from "../support/api.ts";

declare global {
  interface ImportMeta {
    glob<T>(pattern: string, options: { eager: true }): Record<string, T>;
  }
}

type Column = { name: string; type: string; notnull: number; pk: number; dflt_value: string | null };

const modules = import.meta.glob<Record<string, SQLiteTable>>("../../../src/features/*/table.ts", {
  eager: true,
});
const tables = Object.values(modules).flatMap((module) => Object.values(module));

it("every feature with a table is compared", () => {
  expect(tables.length).toBeGreaterThanOrEqual(4);
});

describe("what drizzle believes is what the migrations made", () => {
  for (const table of tables) {
    const { name, columns } = getTableConfig(table);

    it(`columns of ${name}`, async () => {
      const { results } = await env.DB.prepare(`PRAGMA table_info(${name})`).all<Column>();
      const made = results.map((c) => ({
        name: c.name,
        type: c.type,
        required: c.notnull === 1,
        key: c.pk > 0,
      }));
      const believed = columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        required: column.notNull,
        key: column.primary || getTableConfig(table).primaryKeys.some((key) => key.columns.includes(column)),
      }));
      expect(believed).toEqual(made);
    });
  }
});
