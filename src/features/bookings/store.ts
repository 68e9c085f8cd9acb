import { and, asc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { insertIfChanged, type Statement } from "../../platform/batch.ts";
import type { Clock } from "../../platform/clock.ts";
import { ask, ConstraintError, type Db, openDb } from "../../platform/db.ts";
import { AppError } from "../../platform/errors.ts";
import type { Id } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../../platform/page.ts";
import type { Booking } from "./booking.ts";
import type { BatchEnd, Bookings, Decision, ListFilter } from "./ports.ts";
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
    async commitCreate(attempt, booking, actor, key, answer) {
      const now = clock();
      const { id, tenantId } = booking;
      const result = { tenantId, key: key.key, fingerprint: key.fingerprint, ...answer, createdAt: now };
      return await endOf(() =>
        db.batch([
          db
            .insert(decisions)
            .values({ attempt, outcome: "committed", bookingId: id, decidedAt: now })
            .returning({ attempt: decisions.attempt }),
          insertIfChanged(db, bookings, toRow(booking)),
          lent.event("booking.created", booking, now),
          lent.audit({ tenantId, actor, action: "booking.created", subject: id, at: now }),
          insertIfChanged(db, idempotency, result),
        ]),
      );
    },
    async commitCancel(attempt, booking, actor) {
      const now = clock();
      const { id, tenantId, version } = booking;
      const cancelled: Booking = { ...booking, status: "cancelled", version: version + 1 };
      const asSeen = and(
        eq(bookings.id, id),
        eq(bookings.version, version),
        eq(bookings.status, "confirmed"),
      );
      const decision = {
        attempt,
        outcome: "committed" as const,
        bookingId: id,
        decidedAt: now,
        appliedAt: null,
      };
      return await endOf(() =>
        db.batch([
          db
            .update(bookings)
            .set({ status: "cancelled", version: version + 1 })
            .where(asSeen)
            .returning({ id: bookings.id }),
          insertIfChanged(db, decisions, decision),
          lent.event("booking.cancelled", cancelled, now),
          lent.audit({ tenantId, actor, action: "booking.cancelled", subject: id, at: now }),
        ]),
      );
    },
    async unapplied(before, limit) {
      const owed = and(
        eq(decisions.outcome, "committed"),
        isNull(decisions.appliedAt),
        lt(decisions.decidedAt, before),
      );
      const joined = db.select({ attempt: decisions.attempt, booking: bookings }).from(decisions);
      const rows = await ask(
        joined
          .innerJoin(bookings, eq(bookings.id, decisions.bookingId as never))
          .where(owed)
          .limit(limit),
      );
      return rows.map(({ attempt, booking }) => ({ attempt, booking: fromRow(booking) }));
    },
    async byId(tenantId, id) {
      const mine = and(eq(bookings.tenantId, tenantId), eq(bookings.id, id as Id<"booking">));
      const [row] = await ask(db.select().from(bookings).where(mine).limit(1));
      return row && fromRow(row);
    },
    list: (tenantId, filter, page) => listPage(db, tenantId, filter, page),
  };
}

/** The deciding rows, as the calendar's alarm needs them too. */
export function decisionStore(d1: D1Database, clock: Clock): Pick<Bookings, "resolve" | "markApplied"> {
  return {
    async resolve(attempt, booking): Promise<Decision> {
      // Only the primary knows what was decided a moment ago.
      const db = openDb(d1.withSession("first-primary"));
      const [, [decided], [row]] = await ask(
        db.batch([
          db
            .insert(decisions)
            .values({ attempt, outcome: "aborted", bookingId: booking, decidedAt: clock() })
            .onConflictDoNothing(),
          db.select().from(decisions).where(eq(decisions.attempt, attempt)),
          db
            .select()
            .from(bookings)
            .where(eq(bookings.id, booking as Id<"booking">)),
        ]),
      );
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

async function listPage(
  db: Db,
  tenantId: string,
  filter: ListFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const [from, id] = cursor === undefined ? [] : decodeCursor(cursor, ["number", "string"]);
  const conditions = [
    eq(bookings.tenantId, tenantId),
    filter.room === undefined ? undefined : eq(bookings.roomId, filter.room),
    filter.status === undefined ? undefined : eq(bookings.status, filter.status),
    filter.from === undefined ? undefined : gt(bookings.to, filter.from),
    filter.to === undefined ? undefined : lt(bookings.from, filter.to),
    from === undefined
      ? undefined
      : or(gt(bookings.from, from), and(eq(bookings.from, from), gt(bookings.id, id as Id<"booking">))),
  ];
  const query = db
    .select()
    .from(bookings)
    .where(and(...conditions))
    .orderBy(asc(bookings.from), asc(bookings.id));
  const rows = (await ask(query.limit(limit + 1))).map(fromRow);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor([last.from, last.id]) : undefined };
}

type Row = typeof bookings.$inferSelect;

function fromRow({ customerName, customerEmail, ...rest }: Row): Booking {
  return { ...rest, customer: { name: customerName, email: customerEmail } };
}

function toRow({ customer, ...rest }: Booking): Row {
  return { ...rest, customerName: customer.name, customerEmail: customer.email };
}
