import {
  createExecutionContext,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { expect } from "vitest";
import { createApp } from "../../../src/app.ts";
import { everyMinute } from "../../../src/cron.ts";
import { buildDeps } from "../../../src/deps.ts";
import type { RoomCalendar } from "../../../src/features/bookings/room-calendar.do.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import type { Env } from "../../../src/platform/env.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { type Fault, faultyEnv } from "../../fakes/faulty-bindings.ts";
import { type Call, env, request } from "../support/api.ts";
import { makeRoom, openHouse } from "../support/house.ts";

const hourMs = 3_600_000;
const soon = Math.ceil(Date.now() / hourMs) * hourMs + 24 * hourMs;
/** RFC 3339, so many hours from a full hour tomorrow. */
export const hour = (n: number) => new Date(soon + n * hourMs).toISOString();
export const customer = { name: "Ada Canary", email: "canary-ada@example.com" };

export type Room = Awaited<ReturnType<typeof openRoom>>;

/** A house with one room, and a look into both of its truths. */
export async function openRoom() {
  const house = await openHouse();
  const { id } = await makeRoom(house);
  const namespace = env.ROOM_CALENDAR as unknown as DurableObjectNamespace<RoomCalendar>;
  const stub = namespace.getByName(`${house.tenant.id}/${id}`);
  const wish = (from: number, to: number) => ({ room_id: id, from: hour(from), to: hour(to), customer });
  const post = (key: string, from = 0, to = 1): Call =>
    house.authorized({
      json: wish(from, to),
      headers: { authorization: `Bearer ${house.token}`, "idempotency-key": key },
    });
  return {
    house,
    id,
    stub,
    wish,
    post,
    /** Books through the whole Worker. */
    book: (key: string, from = 0, to = 1) => house.call("POST", "/v1/bookings", post(key, from, to)),
    cancel: (booking: string) => house.call("POST", `/v1/bookings/${booking}/cancel`),
    /** The same through an app whose bindings fail as planned; waits for what it left in the background. */
    bookWith: (plan: readonly Fault[], key: string, from = 0, to = 1) =>
      through(plan, request("POST", "/v1/bookings", post(key, from, to))),
    callWith: (plan: readonly Fault[], method: string, path: string, init: Call) =>
      through(plan, request(method, path, house.authorized(init))),
    cancelWith: (plan: readonly Fault[], booking: string) =>
      through(plan, request("POST", `/v1/bookings/${booking}/cancel`, house.authorized())),
    rows: () => rowsOf(id),
    /** Committed decisions of this room that no calendar was seen to obey. */
    unapplied: () =>
      env.DB.prepare(
        "SELECT count(*) AS n FROM decisions d JOIN bookings b ON b.id = d.booking_id WHERE b.room_id = ? AND applied_at IS NULL",
      )
        .bind(id)
        .first("n"),
    calendar: () => calendarOf(stub),
    repair: () => repair(stub),
    /** Makes what the calendar holds so many milliseconds older. */
    age: (ms: number) =>
      runInDurableObject(stub, async (_, { storage }) => {
        storage.sql.exec("UPDATE intents SET held_at = held_at - ?", ms);
      }),
    agree: () => agree(id, stub),
  };
}

async function through(plan: readonly Fault[], wanted: Request): Promise<Response> {
  const faulty = faultyEnv(env, plan);
  const ctx = createExecutionContext();
  const response = await createApp(buildDeps(faulty.env)).fetch(wanted, faulty.env, ctx);
  await waitOnExecutionContext(ctx);
  expect(faulty.hits, "every planned fault happened").toHaveLength(
    plan.reduce((sum, { times }) => sum + (times ?? 1), 0),
  );
  return response;
}

const rowsOf = async (room: string) => {
  const query = env.DB.prepare(
    "SELECT id, status, from_ms, to_ms, version FROM bookings WHERE room_id = ? ORDER BY id",
  ).bind(room);
  return (await query.all<{ id: string; status: string; from_ms: number; to_ms: number; version: number }>())
    .results;
};

type Stub = DurableObjectStub<RoomCalendar>;

function calendarOf(stub: Stub) {
  return runInDurableObject(stub, async (_, { storage }) => ({
    intents: storage.sql
      .exec<{ attempt: string; kind: string; tries: number; due_at: number }>(
        "SELECT attempt, kind, tries, due_at FROM intents",
      )
      .toArray(),
    placed: storage.sql
      .exec<{ booking: string; from_ms: number; to_ms: number }>(
        "SELECT booking, from_ms, to_ms FROM bookings WHERE from_ms IS NOT NULL ORDER BY booking",
      )
      .toArray(),
    alarm: await storage.getAlarm(),
  }));
}

/** Lets time pass for the calendar: whatever waits is due, and its real alarm fires. */
async function repair(stub: Stub): Promise<void> {
  await runInDurableObject(stub, async (_, { storage }) => {
    storage.sql.exec("UPDATE intents SET due_at = 0");
  });
  await runDurableObjectAlarm(stub);
}

/** The calendar and D1 say the same, and nothing is left to do. */
async function agree(room: string, stub: Stub): Promise<void> {
  const { intents, placed } = await calendarOf(stub);
  const active = (await rowsOf(room)).filter(({ status }) => status === "confirmed");
  expect(placed).toEqual(active.map(({ id, from_ms, to_ms }) => ({ booking: id, from_ms, to_ms })));
  expect(intents).toEqual([]);
}

/** The cron handler, so many milliseconds later. */
export function cronLater(laterMs: number, bindings: Env = env): Promise<void> {
  return everyMinute(buildDeps(bindings, { clock: () => systemClock() + laterMs, ids: randomIds }));
}
