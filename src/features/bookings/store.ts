import { createHash } from "node:crypto";
import { and, asc, count, eq, gt, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { deleteSome, insertIfChanged, type Statement } from "../../platform/batch.ts";
import type { Clock } from "../../platform/clock.ts";
import { ask, ConstraintError, type Db, openDb } from "../../platform/db.ts";
import { AppError } from "../../platform/errors.ts";
import type { IdempotencyKey } from "../../platform/http.ts";
import type { Id } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../../platform/page.ts";
import type { Booking } from "./booking.ts";
import type { BatchEnd, Bookings, Decision, ListFilter, StoredAnswer } from "./ports.ts";
import { bookings, decisions, idempotency } from "./table.ts";

/** Statements that other features lend to the deciding batch; each is written only if the one before it hit its row. */
export type LentStatements = {
  readonly event: (type: "booking.created" | "booking.cancelled", booking: Booking, at: number) => Statement;
  readonly audit: (entry: {
    tenantId: string;
    actor: string;
    action: string;
    subject: string;
    at: number;
  }) => Statement;
};

/** Bookings in D1. */
export function bookingStore(d1: D1Database, clock: Clock, lent: LentStatements): Bookings {
  const db = openDb(d1);
  return {
    ...decisionStore(d1, clock),
    ...decidingBatches(db, clock, lent),
    async unapplied(before, limit) {
      const joined = db.select({ attempt: decisions.attempt, booking: bookings }).from(decisions);
      const due = and(isUnapplied, lt(decisions.queuedAt, before));
      const matched = joined.innerJoin(bookings, eq(bookings.id, decisions.bookingId)).where(due);
      const rows = await ask(matched.orderBy(asc(decisions.queuedAt), asc(decisions.attempt)).limit(limit));
      return rows.map(({ attempt, booking }) => ({ attempt, booking: fromRow(booking) }));
    },
    async countUnapplied(before) {
      const due = and(isUnapplied, lt(decisions.decidedAt, before));
      const [found] = await ask(db.select({ n: count() }).from(decisions).where(due));
      return found?.n ?? 0;
    },
    async putBack(attempt) {
      const later = { queuedAt: clock() };
      await ask(db.update(decisions).set(later).where(eq(decisions.attempt, attempt)));
    },
    async byId(tenantId, id) {
      const mine = and(eq(bookings.tenantId, tenantId), eq(bookings.id, id as Id<"booking">));
      const [row] = await ask(db.select().from(bookings).where(mine).limit(1));
      return row && fromRow(row);
    },
    list: (tenantId, filter, page) => listPage(db, tenantId, filter, page),
  };
}

const isUnapplied = and(eq(decisions.outcome, "committed"), isNull(decisions.appliedAt));

type DecidingBatches = Pick<Bookings, "commitCreate" | "commitCancel">;

/** All or nothing: the deciding row, the booking, its event, its audit row, the answer that its key stands for. */
function decidingBatches(db: Db, clock: Clock, lent: LentStatements): DecidingBatches {
  const decision = (attempt: string, { id, tenantId }: Booking, decidedAt: number) => ({
    attempt,
    outcome: "committed" as const,
    bookingId: id,
    decidedAt,
    appliedAt: null,
    queuedAt: decidedAt,
    tenantId,
  });
  return {
    commitCreate(attempt, booking, actor, { key, fingerprint }, answer) {
      const now = clock();
      const { id, tenantId } = booking;
      const decide = db.insert(decisions).values(decision(attempt, booking, now));
      const batch = [
        decide.returning({ attempt: decisions.attempt }),
        insertIfChanged(db, bookings, toRow(booking)),
        lent.event("booking.created", booking, now),
        lent.audit({ tenantId, actor, action: "booking.created", subject: id, at: now }),
        insertIfChanged(db, idempotency, { tenantId, key, fingerprint, ...answer, createdAt: now }),
      ] as const;
      return endOf(() => db.batch(batch));
    },
    commitCancel(attempt, booking, actor) {
      const now = clock();
      const { id, tenantId, version } = booking;
      const cancelled: Booking = { ...booking, status: "cancelled", version: version + 1 };
      const isAsSeen = [eq(bookings.id, id), eq(bookings.version, version), eq(bookings.status, "confirmed")];
      const update = db.update(bookings).set({ status: cancelled.status, version: cancelled.version });
      const batch = [
        update.where(and(...isAsSeen)).returning({ id: bookings.id }),
        insertIfChanged(db, decisions, decision(attempt, booking, now)),
        lent.event("booking.cancelled", cancelled, now),
        lent.audit({ tenantId, actor, action: "booking.cancelled", subject: id, at: now }),
      ] as const;
      return endOf(() => db.batch(batch));
    },
  };
}

/** The deciding rows, as the calendar's alarm needs them too. */
export function decisionStore(d1: D1Database, clock: Clock): Pick<Bookings, "resolve" | "markApplied"> {
  return {
    async resolve({ attempt, booking, tenantId }): Promise<Decision> {
      // Only the primary knows what was decided a moment ago.
      const db = openDb(d1.withSession("first-primary"));
      const decidedBooking = db
        .select({ id: decisions.bookingId })
        .from(decisions)
        .where(eq(decisions.attempt, attempt));
      const now = clock();
      const ids = { attempt, bookingId: booking as Id<"booking"> };
      const aborted = { ...ids, tenantId, outcome: "aborted" as const, decidedAt: now, queuedAt: now };
      const batch = db.batch([
        db.insert(decisions).values(aborted).onConflictDoNothing(),
        db.select().from(decisions).where(eq(decisions.attempt, attempt)),
        db.select().from(bookings).where(inArray(bookings.id, decidedBooking)),
      ]);
      const found = await ask(batch).catch(unlessTenantIsGone);
      if (found === undefined) return { outcome: "aborted" };
      const [, [decided], [row]] = found;
      if (decided?.outcome === "aborted") return { outcome: "aborted" };
      if (decided && row) return { outcome: "committed", booking: fromRow(row) };
      throw new AppError("internal", "A decision or its booking is missing.");
    },
    async markApplied(attempt) {
      await ask(
        openDb(d1).update(decisions).set({ appliedAt: clock() }).where(eq(decisions.attempt, attempt)),
      );
    },
  };
}

/** The one rule that a deciding row can break: it belongs to a tenant. Where that is removed nothing is decided any more. */
function unlessTenantIsGone(error: unknown): undefined {
  if (!(error instanceof ConstraintError)) throw error;
}

/** Only what D1 says plainly counts as an end; any other failure may have happened before or after the commit. */
async function endOf(run: () => Promise<readonly unknown[]>): Promise<BatchEnd> {
  try {
    const [first] = await ask(run());
    return Array.isArray(first) && first.length === 1 ? "committed" : "refused";
  } catch (error) {
    if (!(error instanceof ConstraintError)) return "unknown";
    return error.rule.includes("bookings.overlap") ? "overlap" : "refused";
  }
}

type PageWish = { readonly limit: number; readonly cursor?: string | undefined };

async function listPage(db: Db, tenantId: string, filter: ListFilter, { limit, cursor }: PageWish) {
  const conditions = [
    eq(bookings.tenantId, tenantId),
    filter.room === undefined ? undefined : eq(bookings.roomId, filter.room),
    filter.status === undefined ? undefined : eq(bookings.status, filter.status),
    filter.from === undefined ? undefined : gt(bookings.to, filter.from),
    filter.to === undefined ? undefined : lt(bookings.from, filter.to),
    cursor === undefined ? undefined : isAfter(cursor),
  ];
  const matching = db
    .select()
    .from(bookings)
    .where(and(...conditions));
  const ordered = matching.orderBy(asc(bookings.from), asc(bookings.id));
  // One more than asked tells whether another page follows.
  const rows = (await ask(ordered.limit(limit + 1))).map(fromRow);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor([last.from, last.id]) : undefined };
}

function isAfter(cursor: string) {
  const [from, id] = decodeCursor(cursor, ["number", "string"]);
  return or(gt(bookings.from, from), and(eq(bookings.from, from), gt(bookings.id, id as Id<"booking">)));
}

/** Answers that keys stand for. Attempts of a key are numbered; each is decided before the next is made. */
export function answerStore(db: Db, clock: Clock) {
  return {
    async look(tenantId: string, key: string) {
      const base = `attempt_${createHash("sha256").update(`${tenantId}\n${key}`).digest("hex").slice(0, 40)}`;
      const [[row], decided] = await ask(
        db.batch([
          db.select().from(idempotency).where(isKey(tenantId, key)),
          // "/" follows "." in ASCII: every attempt of this key and no other.
          db
            .select()
            .from(decisions)
            .where(and(gt(decisions.attempt, `${base}.`), lt(decisions.attempt, `${base}/`))),
        ]),
      );
      if (row) {
        const { fingerprint, status, body, location } = row;
        return { kind: "answered" as const, fingerprint, answer: { status, body, location } };
      }
      const aborted = decided.filter(({ outcome }) => outcome === "aborted").map(({ attempt }) => attempt);
      return { kind: "open" as const, attempt: `${base}.${decided.length}`, aborted };
    },
    async keep(tenantId: string, { key, fingerprint }: IdempotencyKey, answer: StoredAnswer): Promise<void> {
      const row = { tenantId, key, fingerprint, ...answer, createdAt: clock() };
      await ask(db.insert(idempotency).values(row).onConflictDoNothing());
    },
    /** Keys older than this may be used anew. */
    async forget(before: number): Promise<void> {
      await ask(db.delete(idempotency).where(lt(idempotency.createdAt, before)));
    },
  };
}

const isKey = (tenantId: string, key: string) =>
  and(eq(idempotency.tenantId, tenantId), eq(idempotency.key, key));

type Row = typeof bookings.$inferSelect;

function fromRow({ customerName, customerEmail, ...rest }: Row): Booking {
  return { ...rest, customer: { name: customerName, email: customerEmail } };
}

function toRow({ customer, ...rest }: Booking): Row {
  return { ...rest, customerName: customer.name, customerEmail: customer.email };
}

/** The condition that a room has bookings, for queries of the rooms feature. */
export const isBooked = (room: SQLiteColumn): SQL =>
  sql`exists (select 1 from ${bookings} where ${bookings.roomId} = ${room})`;

/** Removes a slice of the bookings of rooms whose calendars are cleared. */
export const bookingRemoval = (db: Db, rooms: readonly string[], rows: number): Statement =>
  deleteSome(db, bookings, inArray(bookings.roomId, [...rooms]), rows);

/** Removes a slice of what was decided for a tenant. */
export const decisionRemoval = (db: Db, tenantId: string, rows: number): Statement =>
  deleteSome(db, decisions, eq(decisions.tenantId, tenantId), rows);

/** Removes a slice of what a tenant's keys stand for. */
export const answerRemoval = (db: Db, tenantId: string, rows: number): Statement =>
  deleteSome(db, idempotency, eq(idempotency.tenantId, tenantId), rows);
