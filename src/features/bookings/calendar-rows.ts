import type { AttemptKind, Blocked, Intent } from "./attempt.ts";
import { type Interval, lengthMaxMs } from "./booking.ts";
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
  return {
    intentOf: (attempt: string): Intent | undefined => {
      const [row] = sql.exec<IntentRow>("SELECT * FROM intents WHERE attempt = ?", attempt).toArray();
      return row && parse(row).intent;
    },
    dueAt: (now: number, limit: number): Known[] => {
      const query = "SELECT * FROM intents WHERE due_at <= ? ORDER BY due_at LIMIT ?";
      return sql.exec<IntentRow>(query, now, limit).toArray().map(parse);
    },
    nextDueAt: (): number | undefined =>
      sql.exec<{ due: number | null }>("SELECT min(due_at) AS due FROM intents").one().due ?? undefined,
    versionOf: (booking: string): number => {
      const query = "SELECT version FROM bookings WHERE booking = ?";
      return sql.exec<{ version: number }>(query, booking).toArray()[0]?.version ?? 0;
    },
    blockedIn: (range: Interval): Blocked[] => blockedIn(sql, range),
    postpone: ({ attempt, dueAt, tries }: Intent): void => {
      sql.exec("UPDATE intents SET due_at = ?, tries = ? WHERE attempt = ?", dueAt, tries, attempt);
    },
    putIntent: (intent: Intent, room: RoomRef): void => putIntent(sql, intent, room),
    dropIntent: (attempt: string): void => {
      sql.exec("DELETE FROM intents WHERE attempt = ?", attempt);
    },
    setBooking: (booking: string, version: number, place: Interval | null): void => {
      const values = [booking, version, place?.from ?? null, place?.to ?? null];
      sql.exec("INSERT OR REPLACE INTO bookings VALUES (?,?,?,?)", ...values);
    },
  };
}

// No interval is longer than the longest booking, so a look back of that length sees all that reach into the range.
function blockedIn(sql: SqlStorage, { from, to }: Interval): Blocked[] {
  const reaches = "from_ms < ?1 AND to_ms > ?2 AND from_ms > ?3";
  const query = `SELECT booking, NULL AS attempt, from_ms AS "from", to_ms AS "to" FROM bookings WHERE ${reaches}
    UNION ALL SELECT booking, attempt, from_ms, to_ms FROM intents WHERE ${reaches} ORDER BY 3`;
  type Row = { booking: string; attempt: string | null; from: number; to: number };
  return sql.exec<Row>(query, to, from, from - lengthMaxMs - 1).toArray();
}

function putIntent(sql: SqlStorage, intent: Intent, { tenantId, roomId }: RoomRef): void {
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
  sql.exec("INSERT OR REPLACE INTO intents VALUES (?,?,?,?,?,?,?,?,?,?,?)", ...values, tenantId, roomId);
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
