import type { AttemptKind, Blocked, Change, Intent } from "./attempt.ts";
import type { Interval } from "./booking.ts";
import type { RoomRef } from "./ports.ts";

// `bookings` keeps the highest version applied of every booking this room has heard of, also of those it no longer blocks for:
// that memory is what makes apply monotonic. A move needs nothing more: move-out and move-in are kinds of intents.
const schema = `
  CREATE TABLE IF NOT EXISTS intents (
    attempt TEXT PRIMARY KEY, booking TEXT NOT NULL, kind TEXT NOT NULL, from_ms INTEGER, to_ms INTEGER,
    fingerprint TEXT NOT NULL, held_at INTEGER NOT NULL, due_at INTEGER NOT NULL, tries INTEGER NOT NULL,
    tenant TEXT NOT NULL, room TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS intents_due ON intents (due_at);
  CREATE TABLE IF NOT EXISTS bookings (booking TEXT PRIMARY KEY, version INTEGER NOT NULL, from_ms INTEGER, to_ms INTEGER) STRICT;
  CREATE INDEX IF NOT EXISTS bookings_from ON bookings (from_ms) WHERE from_ms IS NOT NULL;
`;

export type Known = { readonly intent: Intent; readonly room: RoomRef };
type IntentRow = {
  attempt: string;
  booking: string;
  kind: AttemptKind;
  from_ms: number | null;
  to_ms: number | null;
  fingerprint: string;
  held_at: number;
  due_at: number;
  tries: number;
  tenant: string;
  room: string;
};

/** The rows of one calendar in the object's SQLite; every call is synchronous. */
export function calendarRows(sql: SqlStorage) {
  sql.exec(schema);
  const writeIntent = (intent: Intent, room: RoomRef) => {
    const { attempt, booking, kind, place, fingerprint, heldAt, dueAt, tries } = intent;
    const values = [
      attempt,
      booking,
      kind,
      place?.from ?? null,
      place?.to ?? null,
      fingerprint,
      heldAt,
      dueAt,
      tries,
    ];
    sql.exec(
      "INSERT OR REPLACE INTO intents VALUES (?,?,?,?,?,?,?,?,?,?,?)",
      ...values,
      room.tenantId,
      room.roomId,
    );
  };
  return {
    intentOf: (attempt: string): Intent | undefined => {
      const [row] = sql.exec<IntentRow>("SELECT * FROM intents WHERE attempt = ?", attempt).toArray();
      return row && parse(row).intent;
    },
    dueAt: (now: number, limit: number): Known[] =>
      sql
        .exec<IntentRow>("SELECT * FROM intents WHERE due_at <= ? ORDER BY due_at LIMIT ?", now, limit)
        .toArray()
        .map(parse),
    nextDueAt: (): number | undefined =>
      sql.exec<{ due: number | null }>("SELECT min(due_at) AS due FROM intents").one().due ?? undefined,
    versionOf: (booking: string): number =>
      sql.exec<{ version: number }>("SELECT version FROM bookings WHERE booking = ?", booking).toArray()[0]
        ?.version ?? 0,
    blockedIn: ({ from, to }: Interval): Blocked[] =>
      sql
        .exec<{ booking: string; attempt: string | null; from: number; to: number }>(
          `SELECT booking, NULL AS attempt, from_ms AS "from", to_ms AS "to" FROM bookings WHERE from_ms < ?1 AND to_ms > ?2
           UNION ALL SELECT booking, attempt, from_ms, to_ms FROM intents WHERE from_ms < ?1 AND to_ms > ?2 ORDER BY 3`,
          to,
          from,
        )
        .toArray(),
    postpone: ({ attempt, dueAt, tries }: Intent): void => {
      sql.exec("UPDATE intents SET due_at = ?, tries = ? WHERE attempt = ?", dueAt, tries, attempt);
    },
    write: (change: Change, room?: RoomRef): void => {
      if (change.kind === "drop-intent") sql.exec("DELETE FROM intents WHERE attempt = ?", change.attempt);
      else if (change.kind === "put-intent" && room) writeIntent(change.intent, room);
      else if (change.kind === "set-booking") {
        const { booking, version, place } = change;
        sql.exec(
          "INSERT OR REPLACE INTO bookings VALUES (?,?,?,?)",
          booking,
          version,
          place?.from ?? null,
          place?.to ?? null,
        );
      }
    },
  };
}

function parse(row: IntentRow): Known {
  const { attempt, booking, kind, fingerprint, tries } = row;
  const place = row.from_ms === null || row.to_ms === null ? null : { from: row.from_ms, to: row.to_ms };
  const intent = {
    attempt,
    booking,
    kind,
    place,
    fingerprint,
    heldAt: row.held_at,
    dueAt: row.due_at,
    tries,
  };
  return { intent, room: { tenantId: row.tenant, roomId: row.room } };
}
