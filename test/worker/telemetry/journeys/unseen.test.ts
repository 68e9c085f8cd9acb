import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env as workersEnv } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createApp } from "../../../../src/app.ts";
import { buildDeps } from "../../../../src/deps.ts";
import type { Env } from "../../../../src/platform/env.ts";
import { kitConfig } from "../../../../src/platform/kit-config.ts";
import { instrumentWorker } from "../../../../telemetry/kit/index.ts";
import { openRoom, type Room } from "../../bookings/calendar.ts";
import { call, request } from "../../support/api.ts";
import { countedWorker } from "../../unseen/counted-worker.ts";
import { callsByMethod, settledDifferences, strike } from "../../unseen/ledger.ts";
import main from "../../unseen/main.ts";

// What any file of the Worker can import.
const raw = workersEnv as unknown as Env;

async function during<T>(work: (ctx: ExecutionContext) => T): Promise<Awaited<T>> {
  const ctx = createExecutionContext();
  const result = await work(ctx);
  await waitOnExecutionContext(ctx);
  return result;
}

const password = "correct horse battery staple";
const range = (room: Room) => {
  const { from, to } = room.wish(0, 8);
  return `/v1/rooms/${room.id}/availability?from=${from}&to=${to}`;
};

async function signUp(): Promise<void> {
  const slug = `seen-${crypto.randomUUID().slice(0, 8)}`;
  const owner = { name: "Ada", email: "ada@seen.example", password };
  const registered = await call("POST", "/v1/auth/register", {
    json: { tenant: { name: "Seen", slug }, owner },
  });
  expect(registered.status).toBe(201);
  const json = { email: owner.email, password };
  expect((await call("POST", "/v1/auth/login", { host: `${slug}.localhost`, json })).status).toBe(200);
}

async function book(room: Room): Promise<void> {
  const made = await room.book("one");
  expect(made.status).toBe(201);
  expect((await room.book("two")).status).toBe(409);
  expect((await room.house.call("GET", range(room))).status).toBe(200);
  expect((await room.house.call("GET", "/v1/rooms")).status).toBe(200);
  expect((await room.house.call("GET", "/v1/bookings")).status).toBe(200);
  const { id } = await made.json<{ id: string }>();
  expect((await room.cancel(id)).status).toBe(200);
  // The relay has sent both events and the consumer has handled them.
  const events = async () => {
    const shown = await room.house.call("GET", "/v1/activity");
    const { days } = await shown.json<{ days: { events: number }[] }>();
    return days.reduce((sum, day) => sum + day.events, 0);
  };
  await expect.poll(events, { timeout: 15_000 }).toBe(2);
}

async function operate(room: Room): Promise<void> {
  const health = { headers: { authorization: "Bearer test-health-token" } };
  expect((await call("GET", "/v1/health/deep", health)).status).toBe(200);
  expect((await call("GET", "/v1/health")).status).toBe(200);
  for (const path of ["/docs", "/openapi.json"]) expect((await call("GET", path)).status).toBe(200);
  await during((ctx) => main.scheduled?.(createScheduledController({ cron: "* * * * *" }), raw, ctx));
  // A hold whose request died; its alarm asks D1 and drops it.
  await room.stub.hold(
    { tenantId: room.house.tenant.id, roomId: room.id },
    {
      ...place(room),
      attempt: "att_seen",
      booking: "booking_seen",
      kind: "create",
      fingerprint: "f",
      aborted: [],
    },
  );
  await room.repair();
  expect((await room.calendar()).intents).toEqual([]);
}

const place = (room: Room) => {
  const { from, to } = room.wish(20, 21);
  return { place: { from: Date.parse(from), to: Date.parse(to) } };
};

it("every journey of the API is seen in full, and reaches what it is said to reach", {
  timeout: 60_000,
}, async () => {
  const room = await openRoom();
  await signUp();
  await book(room);
  await operate(room);
  expect(await settledDifferences()).toEqual([]);
  const calls = callsByMethod();
  console.log(`${Object.values(calls).reduce((sum, n) => sum + n, 0)} calls, each with its span`, calls);
  for (const method of [
    ...["entry: request", "entry: cron", "entry: message of frontdesk-events"],
    ...["hold", "apply", "intend", "occupied", "ping", "alarm"].map((name) => `entry: RoomCalendar/${name}`),
    ...["hold", "apply", "intend", "occupied", "ping"].map((name) => `durable_object ROOM_CALENDAR ${name}`),
    ...["d1 DB first", "d1 DB run", "d1 DB raw", "d1 DB batch", "kv CACHE get", "r2 FILES head"],
    ...[
      "queue EVENTS sendBatch",
      "queue EVENTS metrics",
      "storage exec",
      "storage setAlarm",
      "storage deleteAlarm",
    ],
  ])
    expect(calls[method], method).toBeGreaterThan(0);
});

/** The whole app, with one adapter that someone wrote past the environment that the kit hands out. */
const appWith = (bypass: () => Promise<unknown>) =>
  countedWorker<Env>(
    instrumentWorker<Env, unknown>(
      {
        fetch(incoming, env, ctx) {
          const deps = buildDeps(env);
          const occupied: typeof deps.rooms.occupied = async (...args) => {
            await bypass();
            return deps.rooms.occupied(...args);
          };
          return createApp({ ...deps, rooms: { ...deps.rooms, occupied } }).fetch(incoming, env, ctx);
        },
      },
      kitConfig,
    ),
  );

const bypasses = {
  "a raw binding": {
    bypass: () => raw.DB.prepare("SELECT 42").first(),
    what: "d1 DB SELECT ?",
  },
  "a stub that nobody instrumented": {
    bypass: () => (raw.ROOM_CALENDAR.getByName("bypass") as unknown as { ping(): Promise<number> }).ping(),
    what: "durable_object ROOM_CALENDAR ping",
  },
};
for (const [name, { bypass, what }] of Object.entries(bypasses))
  it(`a use-case that reaches ${name} does not pass`, async () => {
    const room = await openRoom();
    const asked = request("GET", range(room), room.house.authorized());
    const answer = await during((ctx) => appWith(bypass).fetch?.(asked as never, raw, ctx));
    expect(answer?.status).toBe(200);
    const found = await settledDifferences(500);
    strike();
    expect(found.map((left) => [left.what, left.calls - left.spans])).toEqual([[what, 1]]);
  });
