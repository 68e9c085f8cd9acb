import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { buildDeps } from "../../../src/deps.ts";
import { audit } from "../../../src/features/audit/table.ts";
import { bookings, idempotency } from "../../../src/features/bookings/table.ts";
import { insertIfChanged } from "../../../src/platform/batch.ts";
import { openDb } from "../../../src/platform/db.ts";
import { type Id, randomIds } from "../../../src/platform/ids.ts";
import { env } from "../support/api.ts";
import { openRoom } from "./calendar.ts";

const statuses = (responses: readonly Response[]) => responses.map(({ status }) => status).sort();
const times = <T>(n: number, of: T): T[] => Array.from({ length: n }, () => of);

describe("clients that race", () => {
  it("50 for one slot: exactly one is booked, 49 get 409", async () => {
    const room = await openRoom();
    const responses = await Promise.all(times(50, room).map((_, i) => room.book(`client-${i}`)));
    expect(statuses(responses)).toEqual([201, ...times(49, 409)]);
    await room.agree();
    expect(await room.rows()).toHaveLength(1);
  });

  it("20 for slots that overlap in a chain: no two that are booked overlap", async () => {
    const room = await openRoom();
    const responses = await Promise.all(times(20, room).map((_, i) => room.book(`client-${i}`, i, i + 2)));
    expect(new Set(statuses(responses))).toEqual(new Set([201, 409]));
    await room.agree();
    const taken = (await room.rows()).sort((a, b) => a.from_ms - b.from_ms);
    for (const [i, next] of taken.slice(1).entries())
      expect(next.from_ms).toBeGreaterThanOrEqual(taken[i]?.to_ms ?? 0);
  });

  it("neighbours share a boundary: [from, to) is half-open", async () => {
    const room = await openRoom();
    const responses = await Promise.all([room.book("a", 0, 1), room.book("b", 1, 2), room.book("c", 2, 3)]);
    expect(statuses(responses)).toEqual([201, 201, 201]);
    await room.agree();
  });

  it("10 cancel one booking: all see it cancelled, it changes once, and one event says so", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k")).json<{ id: string }>();
    const responses = await Promise.all(times(10, room).map(() => room.cancel(id)));
    expect(statuses(responses)).toEqual(times(10, 200));
    expect(await room.rows()).toMatchObject([{ status: "cancelled", version: 2 }]);
    const count = "SELECT count(*) AS n FROM outbox WHERE aggregate = ? AND type = 'booking.cancelled'";
    expect(await env.DB.prepare(count).bind(id).first("n")).toBe(1);
    await room.agree();
  });

  it("a lost version race writes nothing: no decision, no event, no audit row", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k")).json<{ id: string }>();
    const store = buildDeps(env).bookings.bookings;
    const seen = await store.byId(room.house.tenant.id, id);
    if (!seen) throw new Error("the booking is gone");
    const [first, second] = [randomIds("attempt"), randomIds("attempt")];
    expect(await store.commitCancel(first, seen, "user")).toBe("committed");
    expect(await store.commitCancel(second, seen, "user")).toBe("refused");
    const countOf = (sql: string, value: string) =>
      env.DB.prepare(`SELECT count(*) AS n FROM ${sql} = ?`).bind(value).first("n");
    expect(await countOf("decisions WHERE attempt", second)).toBe(0);
    expect(await countOf("outbox WHERE type = 'booking.cancelled' AND aggregate", id)).toBe(1);
    expect(await countOf("audit WHERE action = 'booking.cancelled' AND subject", id)).toBe(1);
  });

  it("a row that depends on an UPDATE is written only if the UPDATE hit its row, and so on down the batch", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k")).json<{ id: string }>();
    const db = openDb(env.DB);
    const written = async (version: number) => {
      const subject = `${id}-${version}`;
      const entry = { id: subject as Id<"audit">, tenantId: "t", actor: "a", action: "x", subject, at: 0 };
      const update = db.update(bookings).set({ version: 2 }).where(eq(bookings.version, version));
      const answer = {
        tenantId: "t",
        key: subject,
        fingerprint: "",
        status: 201,
        body: "",
        location: null,
        createdAt: 0,
      };
      await db.batch([update, insertIfChanged(db, audit, entry), insertIfChanged(db, idempotency, answer)]);
      return await env.DB.batch<{ n: number }>([
        env.DB.prepare("SELECT count(*) AS n FROM audit WHERE subject = ?").bind(subject),
        env.DB.prepare("SELECT count(*) AS n FROM idempotency WHERE key = ?").bind(subject),
      ]).then((results) => results.map((result) => result.results[0]?.n));
    };
    expect(await written(7)).toEqual([0, 0]);
    await env.DB.prepare("UPDATE bookings SET version = 8 WHERE id = ?").bind(id).run();
    expect(await written(8)).toEqual([1, 1]);
  });
});
