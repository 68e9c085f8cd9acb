import { describe, expect, it } from "vitest";
import { buildDeps } from "../../../src/deps.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { env } from "../support/api.ts";
import { openHouse } from "../support/house.ts";
import { openRoom } from "./calendar.ts";

describe("the store of decisions", () => {
  it("asks the primary how an attempt ended: a replica may not know it yet", async () => {
    const sessions: unknown[] = [];
    const recorder = {
      prepare: (sql: string) => env.DB.prepare(sql),
      batch: (statements: D1PreparedStatement[]) => env.DB.batch(statements),
      withSession: (at: string) => {
        sessions.push(at);
        return env.DB.withSession(at);
      },
    } as unknown as D1Database;
    const store = buildDeps({ ...env, DB: recorder }).bookings.bookings;
    expect(
      await store.resolve({
        attempt: randomIds("attempt"),
        booking: randomIds("booking"),
        tenantId: (await openHouse()).tenant.id,
      }),
    ).toEqual({ outcome: "aborted" });
    expect(sessions).toEqual(["first-primary"]);
  });

  it("decides nothing for a tenant that is gone, and writes nothing: the attempt is aborted", async () => {
    const [attempt, booking, tenantId] = [randomIds("attempt"), randomIds("booking"), randomIds("tenant")];
    const store = buildDeps(env).bookings.bookings;
    expect(await store.resolve({ attempt, booking, tenantId })).toEqual({ outcome: "aborted" });
    const rows = env.DB.prepare("SELECT count(*) AS n FROM decisions WHERE attempt = ?").bind(attempt);
    expect(await rows.first("n")).toBe(0);
  });

  it("refuses to cancel a version that is gone, though the booking is still confirmed", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k")).json<{ id: string }>();
    const store = buildDeps(env).bookings.bookings;
    const seen = await store.byId(room.house.tenant.id, id);
    if (!seen) throw new Error("the booking is gone");
    await env.DB.prepare("UPDATE bookings SET version = 2 WHERE id = ?").bind(id).run();
    expect(await store.commitCancel(randomIds("attempt"), seen, "user")).toBe("refused");
    expect(await room.rows()).toMatchObject([{ status: "confirmed", version: 2 }]);
  });
});
