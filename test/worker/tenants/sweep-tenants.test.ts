import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { buildDeps } from "../../../src/deps.ts";
import { createBooking } from "../../../src/features/bookings/create-booking.ts";
import type { TenantDeps } from "../../../src/features/tenants/ports.ts";
import { settledAfterMs, sweepTenants } from "../../../src/features/tenants/sweep-tenants.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { startRecording } from "../../../telemetry/kit/recording.ts";
import { cronLater, customer, hour, openRoom, type Room } from "../bookings/calendar.ts";
import { newEvent, store } from "../events/outbox.ts";
import { call, env } from "../support/api.ts";
import { makeRoom } from "../support/house.ts";

const later = settledAfterMs + 1_000;

/** A house that has used everything there is: bookings, one of them cancelled, answers, events, history. */
async function livedIn(): Promise<Room> {
  const room = await openRoom();
  const { id } = await (await room.book("first", 0, 1)).json<{ id: string }>();
  expect((await room.book("second", 1, 2)).status).toBe(201);
  expect((await room.book("taken", 1, 2)).status).toBe(409);
  expect((await room.cancel(id)).status).toBe(200);
  await eventsHandled(room);
  return room;
}

async function eventsHandled({ house }: Room): Promise<void> {
  const open = env.DB.prepare("SELECT count(*) AS n FROM outbox WHERE tenant_id = ? AND state <> 'handled'");
  await expect.poll(() => open.bind(house.tenant.id).first("n"), { timeout: 10_000 }).toBe(0);
}

/** A hold of a request that died. */
const hold = ({ house, id }: Room, attempt: string) =>
  buildDeps(env).bookings.calendar.hold(
    { tenantId: house.tenant.id, roomId: id },
    {
      ...{ attempt, booking: randomIds("booking"), kind: "create", fingerprint: "", aborted: [] },
      place: { from: Date.parse(hour(50)), to: Date.parse(hour(51)) },
    },
  );

const remove = ({ house }: Room) => house.call("DELETE", `/v1/tenant?confirm=${house.tenant.slug}`);

/** Every table that has rows of tenants, with the column that names them: nobody has to list a new one here. */
async function findTablesOfTenants(): Promise<Map<string, "id" | "tenant_id">> {
  const all = await env.DB.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all<{
    name: string;
  }>();
  const found = new Map<string, "id" | "tenant_id">([["tenants", "id"]]);
  for (const { name } of all.results.filter((table) => !/^(_cf|sqlite|d1)_/.test(table.name))) {
    const columns = await env.DB.prepare(`PRAGMA table_info(${name})`).all<{ name: string }>();
    if (columns.results.some((column) => column.name === "tenant_id")) found.set(name, "tenant_id");
  }
  return found;
}

let tablesOfTenants: Awaited<ReturnType<typeof findTablesOfTenants>>;
beforeAll(async () => {
  tablesOfTenants = await findTablesOfTenants();
});

/** How many rows a tenant has in each table; tables without any are left out, so that a tenant that is gone is `{}`. */
async function rowsOf({ house }: Room): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [table, column] of tablesOfTenants) {
    const query = env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${column} = ?`);
    const n = Number(await query.bind(house.tenant.id).first("n"));
    if (n > 0) counts[table] = n;
  }
  return counts;
}

const storageOf = ({ stub }: Room) =>
  runInDurableObject(stub, async (_, { storage }) => ({
    tables: storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray(),
    alarm: await storage.getAlarm(),
  }));

describe("the sweep", () => {
  it("leaves nothing of a removed tenant, in no table and no calendar, and all of another", async () => {
    const [gone, other] = [await livedIn(), await livedIn()];
    const before = await rowsOf(other);
    const tables = [...tablesOfTenants.keys()];
    expect(Object.keys(before).sort(), "every table has something to lose").toEqual(tables.sort());
    expect(tables).toHaveLength(11);
    await hold(gone, "never decided");
    expect((await storageOf(gone)).alarm).not.toBeNull();
    expect((await remove(gone)).status).toBe(204);
    await cronLater(later);
    expect(await rowsOf(gone)).toEqual({});
    expect(await storageOf(gone)).toEqual({ tables: [], alarm: null });
    expect(await rowsOf(other)).toEqual(before);
    await other.agree();
  });

  it("frees the slug", async () => {
    const room = await openRoom();
    await remove(room);
    await cronLater(later);
    const { slug } = room.house.tenant;
    const owner = { name: "Ada", email: "ada@new.example", password: "correct horse battery" };
    const made = await call("POST", "/v1/auth/register", { json: { tenant: { slug, name: "New" }, owner } });
    expect(made.status).toBe(201);
  });

  it("waits a minute, for requests that began before the removal", async () => {
    const room = await livedIn();
    const before = await rowsOf(room);
    await remove(room);
    await cronLater(settledAfterMs - 5_000);
    expect(await rowsOf(room)).toEqual(before);
  });

  it("keeps an event until it is handled, and then leaves nothing", async () => {
    const room = await openRoom();
    const waiting = newEvent({ tenantId: room.house.tenant.id, at: Date.now() + 3_600_000 });
    await store([waiting]);
    // Claimed by a relay that hangs.
    await env.DB.prepare("UPDATE outbox SET claimed_until = 9e15 WHERE id = ?").bind(waiting.id).run();
    await remove(room);
    await cronLater(later);
    expect(await rowsOf(room)).toEqual({ outbox: 1, tenants: 1 });
    await buildDeps(env).events.outbox.handle(waiting, Date.now());
    expect(await rowsOf(room)).toEqual({ activity: 1, activity_days: 1, outbox: 1, tenants: 1 });
    await cronLater(later);
    expect(await rowsOf(room)).toEqual({});
  });

  it("goes on with all else when a calendar cannot be reached, and says so; the next run ends it", async () => {
    const [one, stuck, other] = [await livedIn(), await livedIn(), await livedIn()];
    const second = await makeRoom(stuck.house);
    for (const room of [one, stuck, other]) await remove(room);
    const deps = buildDeps(env, { clock: () => Date.now() + later, ids: randomIds }).tenants;
    const clearCalendar: TenantDeps["belongings"]["clearCalendar"] = async (tenant, room) => {
      if (room === stuck.id) throw new Error("Network connection lost.");
      await deps.belongings.clearCalendar(tenant, room);
    };
    const recording = startRecording();
    await sweepTenants({ ...deps, belongings: { ...deps.belongings, clearCalendar } });
    recording.stop();
    for (const room of [one, other]) expect(await rowsOf(room)).toEqual({});
    expect(await rowsOf(stuck), `not ${second.id}, no person, no history`).toEqual({
      ...{ bookings: 2, decisions: 3, rooms: 1, tenants: 1 },
    });
    const swept = recording.spans().filter(({ name }) => name === "tenant.sweep");
    expect(
      swept.map(({ attributes }) => attributes["frontdesk.outcome"] ?? attributes["error.type"]).sort(),
    ).toEqual(["connection_lost", "removed", "removed"]);
    await cronLater(later);
    expect(await rowsOf(stuck)).toEqual({});
  });

  it("takes a booking that was under way when the tenant was removed", async () => {
    const room = await livedIn();
    await remove(room);
    // What an authenticated request does next, had it come just before.
    const { id: tenantId } = room.house.tenant;
    const wish = { tenantId, roomId: room.id, from: Date.parse(hour(5)), to: Date.parse(hour(6)), customer };
    const key = { key: "late", fingerprint: "f", attempt: randomIds("attempt"), aborted: [] };
    const answer = () => ({ status: 201, body: "{}", location: null });
    const work: Promise<unknown>[] = [];
    const late = { ...wish, actor: room.house.owner.id, key };
    const created = await createBooking(buildDeps(env).bookings, late, answer, (left) => work.push(left));
    expect(created.outcome).toBe("created");
    await Promise.all(work);
    await eventsHandled(room);
    await cronLater(later);
    expect(await rowsOf(room)).toEqual({});
    expect(await storageOf(room)).toEqual({ tables: [], alarm: null });
  });

  it("ends an alarm that is at work: nothing is written into a calendar that was cleared", async () => {
    const room = await livedIn();
    for (const attempt of ["one", "two"]) await hold(room, `${attempt} of ${room.id}`);
    await runInDurableObject(room.stub, async (calendar, { storage }) => {
      storage.sql.exec("UPDATE intents SET due_at = 0");
      await Promise.all([calendar.alarm(), calendar.clear()]);
    });
    expect(await storageOf(room)).toEqual({ tables: [], alarm: null });
  });
});

describe("a big tenant", () => {
  it("goes in slices over many runs", async () => {
    const room = await openRoom();
    const tenant = room.house.tenant.id;
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 21000)
       INSERT INTO audit SELECT 'audit_' || i, ?, 'user', 'booking.created', 'b', i FROM n`,
    )
      .bind(tenant)
      .run();
    await remove(room);
    await cronLater(later);
    const { audit = 0, tenants } = await rowsOf(room);
    expect(tenants).toBe(1);
    expect(audit, "forty slices of at most 500 rows").toBeGreaterThanOrEqual(21_000 - 40 * 500);
    expect(audit).toBeLessThan(21_000 - 30 * 500);
    await cronLater(later);
    expect(await rowsOf(room)).toEqual({});
  });
});
