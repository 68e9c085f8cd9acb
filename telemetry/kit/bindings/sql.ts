import { scrubAndCut } from "../scrub.ts";

type QueryShape = {
  readonly operation: string;
  readonly summary: string;
  readonly table: string | undefined;
  readonly text: string;
};

const shapes = new Map<string, QueryShape>();
// A program has few distinct statements; one that builds text per request must not fill the memory.
const shapesMax = 500;
const textMax = 2048;
const tablesMax = 4;

/** Verb, tables and text without literals of a statement; remembered per text. */
export function queryShape(sql: string): QueryShape {
  const known = shapes.get(sql);
  if (known) return known;
  if (shapes.size >= shapesMax) shapes.clear();
  const shape = read(sql.length > textMax * 4 ? sql.slice(0, textMax * 4) : sql);
  shapes.set(sql, shape);
  return shape;
}

function read(sql: string): QueryShape {
  const text = withoutLiterals(sql);
  const first = /^[\s(]*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? "SQL";
  const operation =
    first === "WITH"
      ? (/\)\s*(select|insert|update|delete|replace)\b/i.exec(text)?.[1]?.toUpperCase() ?? first)
      : first;
  const tables = tablesOf(text);
  return {
    operation,
    summary: [operation, ...tables.slice(0, tablesMax)].join(" "),
    table: tables[0],
    text: scrubAndCut(text, textMax),
  };
}

const keyword =
  /\b(?:from|into|update(?:\s+or\s+\w+)?|join|table(?:\s+if\s+(?:not\s+)?exists)?)\s+["`[]?([a-z_][a-z0-9_]*)/gi;
const notTables: ReadonlySet<string> = new Set(["select", "set", "or", "where", "values"]);

function tablesOf(text: string): string[] {
  const names = [...text.matchAll(keyword)].map(([, name]) => name as string);
  return [...new Set(names)].filter((name) => !notTables.has(name.toLowerCase()));
}

// Text and numbers may be data of a customer; names in double quotes are not.
function withoutLiterals(sql: string): string {
  return sql
    .replace(/\/\*[\s\S]*?(?:\*\/|$)|--[^\n]*/g, " ")
    .replace(/'(?:[^']|'')*(?:'|$)/g, "?")
    .replace(/(?<![\w$?"`.])\d+(?:\.\d+)?\b/g, "?")
    .replace(/\s+/g, " ")
    .trim();
}

/** One shape for a batch: its tables in the order of first use. */
export function batchSummary(queries: readonly string[]): string {
  const tables = new Set(queries.flatMap((sql) => queryShape(sql).table ?? []));
  return ["BATCH", ...[...tables].slice(0, tablesMax * 2)].join(" ");
}
