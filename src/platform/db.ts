import { drizzle } from "drizzle-orm/d1";
import { AppError } from "./errors.ts";

/** Drizzle over the instrumented D1 binding; built once per isolate. */
export const openDb = (d1: D1Database | D1DatabaseSession) => drizzle(d1 as D1Database);
export type Db = ReturnType<typeof openDb>;

/** A rule of the schema said no. `rule` is what SQLite names: `tenants.slug`, or the text of a trigger's RAISE. */
export class ConstraintError extends Error {
  readonly rule: string;
  constructor(rule: string) {
    super(`constraint failed: ${rule}`);
    this.name = "ConstraintError";
    this.rule = rule;
  }
}

/**
 * Runs a query and translates what goes wrong, so that no bound value leaves with an error's message.
 *
 * @throws ConstraintError when the schema refuses the rows
 * @throws AppError `unavailable` when the database cannot be reached, else `internal`
 */
export async function ask<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw translate(error);
  }
}

// Drizzle puts bound values into its message and keeps the database's own error as the cause.
function translate(error: unknown): Error {
  const source = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = source instanceof Error ? source.message : "";
  const rule = /^(?:D1_ERROR: )?(?:[A-Z ]+ constraint failed: )?(.+?): SQLITE_CONSTRAINT/.exec(text)?.[1];
  if (rule !== undefined) return new ConstraintError(rule);
  const gone = /network connection lost|timed? ?out|overloaded|reset because|internal error/i.test(text);
  if (gone) return new AppError("unavailable", "The database did not answer; try again.", { cause: source });
  return new AppError("internal", "Something failed on our side; it has been recorded.", { cause: source });
}
