import type { LooseAttributes } from "../records.ts";
import type { KitSpan } from "../span.ts";
import { tracedCall } from "./client-call.ts";
import { overlay } from "./overlay.ts";
import { batchSummary, queryShape } from "./sql.ts";

/** D1: every statement and batch is a CLIENT span with its summary and its text, never with bound values. */
export function instrumentD1(raw: D1Database, binding: string): D1Database {
  return overlay(raw, {
    ...statements(raw, binding),
    exec: (sql: string) =>
      tracedCall(
        `EXEC ${binding}`,
        attributesOf(binding, {
          "db.operation.name": "exec",
          "db.query.summary": "EXEC",
          "db.query.text": queryShape(sql).text,
        }),
        () => raw.exec(sql),
      ),
    withSession: (...args: Parameters<D1Database["withSession"]>) => {
      const session = raw.withSession(...args);
      return overlay(session, statements(session, binding));
    },
  });
}

function statements(raw: Pick<D1Database, "prepare" | "batch">, binding: string) {
  return {
    prepare: (sql: string) => new TracedStatement(statementOf(raw, sql), sql, binding),
    batch: (list: D1PreparedStatement[]) => {
      const summary = batchSummary(list.map(textOf));
      const attributes = {
        "db.operation.name": "batch",
        "db.operation.batch.size": list.length,
        "db.query.summary": summary,
      };
      return tracedCall(
        summary,
        attributesOf(binding, attributes),
        () => raw.batch(list.map(platformOf)),
        (results, span) => readRows(span, results),
      );
    },
  };
}

// The platform keeps its class of statements to itself; the first one shows it, and `instanceof` holds from then on.
function statementOf(raw: Pick<D1Database, "prepare">, sql: string): D1PreparedStatement {
  const statement = raw.prepare(sql);
  const platform: object = Object.getPrototypeOf(statement);
  if (Object.getPrototypeOf(TracedStatement.prototype) !== platform) {
    Object.setPrototypeOf(TracedStatement.prototype, platform);
    Reflect.deleteProperty(TracedStatement.prototype, "constructor");
  }
  return statement;
}

/** A statement that knows its text; as small as can be, because there is one per query. */
class TracedStatement implements D1PreparedStatement {
  readonly #raw: D1PreparedStatement;
  readonly #sql: string;
  readonly #binding: string;

  constructor(raw: D1PreparedStatement, sql: string, binding: string) {
    this.#raw = raw;
    this.#sql = sql;
    this.#binding = binding;
  }

  // The platform's own statements are told apart by what they lack: `instanceof` holds for both.
  static platformOf(statement: D1PreparedStatement): D1PreparedStatement {
    return #raw in statement ? (statement as TracedStatement).#raw : statement;
  }

  static textOf(statement: D1PreparedStatement): string {
    return #sql in statement ? (statement as TracedStatement).#sql : "";
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new TracedStatement(this.#raw.bind(...values), this.#sql, this.#binding);
  }

  first<T>(...args: [] | [string]): Promise<T | null> {
    return this.#call(() => this.#raw.first<T>(...(args as [string])));
  }

  run<T>(): Promise<D1Result<T>> {
    return this.#call(
      () => this.#raw.run<T>(),
      (result, span) => readRows(span, [result]),
    );
  }

  all<T>(): Promise<D1Result<T>> {
    return this.#call(
      () => this.#raw.all<T>(),
      (result, span) => readRows(span, [result]),
    );
  }

  raw<T = unknown[]>(...args: unknown[]): Promise<never> & Promise<T[]> {
    const call = () => this.#raw.raw<T>(...(args as []));
    return this.#call(call, (rows, span) => {
      span.attributes["db.response.returned_rows"] = rows.length;
    }) as Promise<never> & Promise<T[]>;
  }

  #call<T>(call: () => Promise<T>, read?: (value: T, span: KitSpan) => void): Promise<T> {
    const { summary, operation, table, text } = queryShape(this.#sql);
    const attributes = attributesOf(this.#binding, {
      "db.operation.name": operation,
      "db.collection.name": table,
      "db.query.summary": summary,
      "db.query.text": text,
    });
    return tracedCall(summary, attributes, call, read);
  }
}

const { platformOf, textOf } = TracedStatement;

const attributesOf = (binding: string, more: LooseAttributes): LooseAttributes => ({
  "db.system.name": "cloudflare-d1",
  "cloudflare.binding.type": "d1",
  "cloudflare.binding.name": binding,
  ...more,
});

function readRows(span: KitSpan, results: readonly D1Result<unknown>[]): void {
  let returned = 0;
  let read = 0;
  let written = 0;
  for (const { results: rows, meta } of results) {
    returned += rows?.length ?? 0;
    read += meta?.rows_read ?? 0;
    written += meta?.rows_written ?? 0;
  }
  span.attributes["db.response.returned_rows"] = returned;
  span.attributes["cloudflare.d1.rows_read"] = read;
  span.attributes["cloudflare.d1.rows_written"] = written;
}
