import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { ask, ConstraintError, openDb } from "../../../src/platform/db.ts";
import { AppError } from "../../../src/platform/errors.ts";
import { env } from "../support/api.ts";

const canary = "secret-canary@example.com";
const db = openDb(env.DB);
const failureOf = (query: PromiseLike<unknown>) =>
  ask(query).then(
    () => undefined,
    (error: Error) => error,
  );
const everythingSaid = (error: Error | undefined): string =>
  error === undefined
    ? ""
    : `${error.message}\n${error.stack}\n${everythingSaid(error.cause as Error | undefined)}`;

it("names the rule that the schema holds", async () => {
  const row = sql`INSERT INTO tenants (id, slug, name, created_at) VALUES (${crypto.randomUUID()}, 'db-rule', ${canary}, 0)`;
  await db.run(row);
  const failure = await failureOf(db.run(row));
  expect(failure).toBeInstanceOf(ConstraintError);
  expect((failure as ConstraintError).rule).toBe("tenants.slug");
});

it("names a check too", async () => {
  const failure = await failureOf(
    db.run(
      sql`INSERT INTO tenants (id, slug, name, tier, created_at) VALUES ('x', 'db-check', 'x', ${canary}, 0)`,
    ),
  );
  expect(failure).toBeInstanceOf(ConstraintError);
  expect(everythingSaid(failure)).not.toContain("canary");
});

it("keeps bound values to itself when a query is wrong", async () => {
  const failure = await failureOf(db.all(sql`SELECT * FROM no_such_table WHERE email = ${canary}`));
  expect(failure).toBeInstanceOf(AppError);
  expect((failure as AppError).code).toBe("internal");
  expect(everythingSaid(failure)).not.toContain("canary");
});

describe("a database that is away is 503, not 500", () => {
  for (const words of [
    "Network connection lost.",
    "D1 DB is overloaded. Requests queued for too long.",
    "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
  ])
    it(words, async () => {
      const failure = await failureOf(Promise.reject(new Error("Failed query", { cause: new Error(words) })));
      expect((failure as AppError).code).toBe("unavailable");
    });
});
