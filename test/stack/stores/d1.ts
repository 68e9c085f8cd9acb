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
    // Of a tenant that stays: cron may take the others meanwhile.
    const newest = `SELECT attempt FROM decisions JOIN tenants ON tenants.id = decisions.tenant_id
      WHERE removed_at IS NULL AND outcome = 'committed' AND applied_at IS NOT NULL ORDER BY decided_at DESC LIMIT 1`;
    const row = db
      .prepare(
        `UPDATE decisions SET applied_at = NULL, decided_at = decided_at - 3600000, queued_at = queued_at - 3600000
         WHERE attempt = (${newest}) RETURNING attempt`,
      )
      .get();
    if (!row) throw new Error("no booking of a tenant that stays was decided and applied yet");
    return String(row.attempt);
  });
  const question = "SELECT applied_at FROM decisions WHERE attempt = ?";
  return {
    isApplied: () => withD1(data, (db) => typeof db.prepare(question).get(attempt)?.applied_at === "number"),
  };
}

/** Follows a tenant that was removed to its end, by its e-mail address and a booking that it had. */
export function followRemoval(
  data: string,
  { slug, email, booking }: { readonly slug: string; readonly email: string; readonly booking: string },
): { hurry(): void; rowsLeft(): number } {
  const questions = [
    ...[
      "bookings WHERE id",
      "decisions WHERE booking_id",
      "outbox WHERE aggregate",
      "activity WHERE aggregate",
    ],
    "audit WHERE subject",
  ].map((where) => `SELECT count(*) AS n FROM ${where} = ?1`);
  questions.push(
    "SELECT count(*) FROM users WHERE email = ?2",
    "SELECT count(*) FROM tenants WHERE slug = ?3",
  );
  const sum = `SELECT sum(n) AS n FROM (${questions.join(" UNION ALL ")})`;
  const older = "UPDATE tenants SET removed_at = removed_at - 60000 WHERE slug = ?";
  return {
    /** The next cron may sweep it. */
    hurry: () => withD1(data, (db) => void db.prepare(older).run(slug)),
    rowsLeft: () => withD1(data, (db) => Number(db.prepare(sum).get(booking, email, slug)?.n)),
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
