import { and, asc, count, desc, eq, inArray, lt, lte, min, ne, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { inject, whoAsked } from "../../../telemetry/kit/index.ts";
import { deleteSome, insertIfChanged, type Statement } from "../../platform/batch.ts";
import { ask, ConstraintError, type Db } from "../../platform/db.ts";
import type { Ids } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../../platform/page.ts";
import type { Event, EventDeps } from "./ports.ts";
import { activity, activityDays, inbox, outbox } from "./table.ts";

/** Makes the outbox row of an event, with the trace it happens in and who asked: written in the change's own batch, only if the statement before it hit its row. */
export function eventInsertion(
  db: Db,
  ids: Ids,
): (event: Omit<Event, "id" | "trace" | "requestId" | "correlationId">) => Statement {
  return ({ at, ...event }) => {
    const trace = inject();
    const asked = whoAsked();
    return insertIfChanged(db, outbox, {
      id: ids("event"),
      ...event,
      traceparent: trace?.traceparent ?? null,
      tracestate: trace?.tracestate ?? null,
      requestId: asked["frontdesk.request.id"] ?? null,
      correlationId: asked["frontdesk.correlation.id"] ?? null,
      state: "pending",
      sends: 0,
      claimedUntil: 0,
      createdAt: at,
      sentAt: null,
      handledAt: null,
    });
  };
}

/** When the queue has taken an event so often, the retries of its first delivery are over. */
const deadFrom = 3;

export function outboxStore(db: Db): EventDeps["outbox"] {
  const open = ne(outbox.state, "handled");
  const endRow = (event: Event, now: number) =>
    db
      .update(outbox)
      .set({ state: "handled", handledAt: now })
      .where(and(eq(outbox.id, event.id), open));
  return {
    async claim(now, leaseUntil, limit) {
      const due = db
        .select({ id: outbox.id })
        .from(outbox)
        .where(and(open, lte(outbox.claimedUntil, now)));
      const oldest = due.orderBy(asc(outbox.createdAt)).limit(limit);
      const take = db.update(outbox).set({ claimedUntil: leaseUntil });
      return (await ask(take.where(inArray(outbox.id, oldest)).returning())).map(fromRow);
    },
    async markSent(events, now, { firstMs, maxMs }) {
      const sends = sql`${outbox.sends} + 1`;
      // Bounded: a longer shift would leave the 64 bits.
      const claimedUntil = sql`${now} + min(${maxMs}, ${firstMs} << min(${outbox.sends}, 30))`;
      const sent = { state: "sent" as const, sends, sentAt: now, claimedUntil };
      await ask(
        db
          .update(outbox)
          .set(sent)
          .where(and(inArray(outbox.id, [...events]), open)),
      );
    },
    async handle(event, now) {
      const first = db.insert(inbox).values({ eventId: event.id, handledAt: now });
      try {
        await ask(db.batch([first, ...effects(db, event), endRow(event, now)]));
        return "handled";
      } catch (error) {
        if (!(error instanceof ConstraintError) || !error.rule.startsWith("inbox.")) throw error;
        await ask(endRow(event, now));
        return "duplicate";
      }
    },
    async state() {
      const resent = count(sql`CASE WHEN ${outbox.sends} >= ${deadFrom} THEN 1 END`);
      const figures = { oldest: min(outbox.createdAt), open: count(), resent };
      const [found] = await ask(db.select(figures).from(outbox).where(open));
      return { oldestOpenAt: found?.oldest ?? undefined, open: found?.open ?? 0, resent: found?.resent ?? 0 };
    },
    async forget(before) {
      const over = and(eq(outbox.state, "handled"), lt(outbox.handledAt, before));
      await ask(
        db.batch([db.delete(outbox).where(over), db.delete(inbox).where(lt(inbox.handledAt, before))]),
      );
    },
  };
}

/** What events are worth to a tenant: the newest change of each thing (older news is ignored), and counts per day. */
function effects(db: Db, { tenantId, type, aggregate, sequence, payload, at }: Event) {
  const entry = { type, sequence, payload, at };
  const day = new Date(at).toISOString().slice(0, 10);
  return [
    db
      .insert(activity)
      .values({ aggregate, tenantId, ...entry })
      .onConflictDoUpdate({
        target: activity.aggregate,
        set: entry,
        setWhere: lt(activity.sequence, sequence),
      }),
    db
      .insert(activityDays)
      .values({ tenantId, day, type, events: 1 })
      .onConflictDoUpdate({
        target: [activityDays.tenantId, activityDays.day, activityDays.type],
        set: { events: sql`${activityDays.events} + 1` },
      }),
  ] as const;
}

export function activityStore(db: Db): EventDeps["activity"] {
  return {
    async latest(tenantId, { limit, cursor }) {
      const mine = and(eq(activity.tenantId, tenantId), cursor === undefined ? undefined : isOlder(cursor));
      const query = db
        .select()
        .from(activity)
        .where(mine)
        .orderBy(desc(activity.at), desc(activity.aggregate));
      const rows = await ask(query.limit(limit + 1));
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items as never,
        next: rows.length > limit && last ? encodeCursor([last.at, last.aggregate]) : undefined,
      };
    },
    async days(tenantId, limit) {
      const { day, type, events } = activityDays;
      const mine = db
        .select({ day, type, events })
        .from(activityDays)
        .where(eq(activityDays.tenantId, tenantId));
      return await ask(mine.orderBy(desc(day), asc(type)).limit(limit));
    },
  };
}

function isOlder(cursor: string) {
  const [at, aggregate] = decodeCursor(cursor, ["number", "string"]);
  return or(lt(activity.at, at), and(eq(activity.at, at), lt(activity.aggregate, aggregate)));
}

function fromRow({ traceparent, tracestate, createdAt, ...row }: typeof outbox.$inferSelect): Event {
  const { id, tenantId, type, aggregate, sequence, payload, requestId, correlationId } = row;
  const trace =
    traceparent === null ? undefined : { traceparent, ...(tracestate !== null && { tracestate }) };
  return {
    id,
    tenantId,
    type: type as Event["type"],
    aggregate,
    sequence,
    payload,
    at: createdAt,
    requestId,
    correlationId,
    ...(trace && { trace }),
  };
}

/** The condition that a tenant has an event, handled or not, for queries of the tenants feature. */
export const hasEvents = (tenantId: SQLiteColumn): SQL =>
  sql`exists (select 1 from ${outbox} where ${outbox.tenantId} = ${tenantId})`;

/**
 * Remove slices of a tenant's events and of what they were worth, by one batch.
 * Events that are not handled stay: what happened is told to the end, and freshness is not made better than it is.
 */
export const eventRemoval = (db: Db, tenantId: string, rows: number): Statement[] => [
  deleteSome(db, outbox, and(eq(outbox.tenantId, tenantId), eq(outbox.state, "handled")), rows),
  deleteSome(db, activity, eq(activity.tenantId, tenantId), rows),
  deleteSome(db, activityDays, eq(activityDays.tenantId, tenantId), rows),
];
