import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dataFolder } from "../../../scripts/stack/data-folder.ts";

/**
 * Makes the newest booking look as if its calendar had never confirmed it, an hour ago: cron must tell the calendar anew.
 *
 * @returns asks whether that has happened
 */
export function forgetApplied(data: string): { isApplied(): boolean } {
  const attempt = withD1(data, (db) => {
    const newest =
      "SELECT attempt FROM decisions WHERE outcome = 'committed' AND applied_at IS NOT NULL ORDER BY decided_at DESC LIMIT 1";
    const row = db
      .prepare(
        `UPDATE decisions SET applied_at = NULL, decided_at = decided_at - 3600000, queued_at = queued_at - 3600000
         WHERE attempt = (${newest}) RETURNING attempt`,
      )
      .get();
    if (!row) throw new Error("no booking was decided and applied yet");
    return String(row.attempt);
  });
  const question = "SELECT applied_at FROM decisions WHERE attempt = ?";
  return {
    isApplied: () => withD1(data, (db) => db.prepare(question).get(attempt)?.applied_at !== null),
  };
}

const ofTenant = ["bookings", "rooms", "decisions", "outbox", "activity", "audit", "sessions", "users"];

/** Follows a tenant that was removed less than a minute ago to its end. */
export function followRemoval(data: string, slug: string): { hurry(): void; rowsLeft(): number } {
  const removed = "SELECT id FROM tenants WHERE slug = ? AND removed_at IS NOT NULL";
  const id = withD1(data, (db) => db.prepare(removed).get(slug)?.id);
  if (typeof id !== "string") throw new Error(`the tenant ${slug} is not marked as removed`);
  const counts = ofTenant.map((table) => `SELECT count(*) AS n FROM ${table} WHERE tenant_id = ?1`);
  const question = [...counts, "SELECT count(*) FROM tenants WHERE id = ?1"].join(" UNION ALL ");
  return {
    /** The next cron may sweep it. */
    hurry: () =>
      withD1(
        data,
        (db) => void db.prepare("UPDATE tenants SET removed_at = removed_at - 60000 WHERE id = ?").run(id),
      ),
    rowsLeft: () =>
      withD1(data, (db) => Number(db.prepare(`SELECT sum(n) AS n FROM (${question})`).get(id)?.n)),
  };
}

/** Opens the file that workerd keeps D1 in; SQLite's own locks keep both apart. */
function withD1<T>(data: string, work: (db: DatabaseSync) => T): T {
  const folder = join(dataFolder(data).state, "v3/d1/miniflare-D1DatabaseObject");
  for (const name of readdirSync(folder).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file))) {
    const db = new DatabaseSync(join(folder, name), { timeout: 5_000 });
    try {
      return work(db);
    } finally {
      db.close();
    }
  }
  throw new Error(`no D1 file in ${folder}`);
}
