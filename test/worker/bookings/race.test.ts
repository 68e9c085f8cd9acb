import { describe, expect, it } from "vitest";
import { buildDeps } from "../../../src/deps.ts";
import { randomIds } from "../../../src/platform/ids.ts";
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
    const { bookings } = buildDeps(env).bookings;
    const seen = await bookings.byId(room.house.tenant.id, id);
    if (!seen) throw new Error("the booking is gone");
    const [first, second] = [randomIds("attempt"), randomIds("attempt")];
    expect(await bookings.commitCancel(first, seen, "user")).toBe("committed");
    expect(await bookings.commitCancel(second, seen, "user")).toBe("refused");
    const countOf = (sql: string, value: string) =>
      env.DB.prepare(`SELECT count(*) AS n FROM ${sql} = ?`).bind(value).first("n");
    expect(await countOf("decisions WHERE attempt", second)).toBe(0);
    expect(await countOf("outbox WHERE type = 'booking.cancelled' AND aggregate", id)).toBe(1);
    expect(await countOf("audit WHERE action = 'booking.cancelled' AND subject", id)).toBe(1);
  });
});
