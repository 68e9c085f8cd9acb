import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { type Call, env, problemOf } from "../support/api.ts";
import { type House, makeRoom, openHouse } from "../support/house.ts";

/** For every route that names something by id: a request that would work for the owner of that thing. */
type Case = (owner: House) => Promise<{ path: string; init?: Call }>;

const aRoom = async (owner: House, rest = "", init: Call = {}) => ({
  path: `/v1/rooms/${(await makeRoom(owner)).id}${rest}`,
  init,
});
const aBooking = async (owner: House, rest = "") => ({ path: `/v1/bookings/${await book(owner)}${rest}` });

const cases: Record<string, Case> = {
  "GET /v1/rooms/{room_id}": (owner) => aRoom(owner),
  "PATCH /v1/rooms/{room_id}": (owner) => aRoom(owner, "", { json: { name: "Mine now" } }),
  "GET /v1/rooms/{room_id}/availability": (owner) =>
    aRoom(owner, "/availability?from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z"),
  "GET /v1/bookings/{booking_id}": (owner) => aBooking(owner),
  "POST /v1/bookings/{booking_id}/cancel": (owner) => aBooking(owner, "/cancel"),
};

const routes = createApp(buildDeps(env)).openAPIRegistry.definitions.flatMap((definition) =>
  definition.type === "route" && definition.route.path.includes("{")
    ? [`${definition.route.method.toUpperCase()} ${definition.route.path}`]
    : [],
);

it("there is a case for every route that takes an id, and none for a route that is gone", () => {
  expect(Object.keys(cases).sort()).toEqual([...routes].sort());
});

describe("what belongs to another tenant is not there", () => {
  for (const [route, makeCase] of Object.entries(cases))
    it(route, async () => {
      const [owner, stranger] = [await openHouse(), await openHouse()];
      const { path, init } = await makeCase(owner);
      const method = route.split(" ")[0] ?? "";
      const refused = await stranger.call(method, path, init);
      expect(refused.status).toBe(404);
      expect((await problemOf(refused)).code).toBe("not_found");
      expect((await owner.call(method, path, init)).status).toBe(200);
    });
});

it("a room of another tenant cannot be booked", async () => {
  const [owner, stranger] = [await openHouse(), await openHouse()];
  const { id } = await makeRoom(owner);
  const response = await stranger.call("POST", "/v1/bookings", bookingOf(id));
  expect(response.status).toBe(404);
});

async function book(owner: House): Promise<string> {
  const response = await owner.call("POST", "/v1/bookings", bookingOf((await makeRoom(owner)).id));
  expect(response.status).toBe(201);
  return (await response.json<{ id: string }>()).id;
}

function bookingOf(roomId: string): Call {
  const from = new Date(Math.ceil(Date.now() / 3_600_000 + 24) * 3_600_000);
  const to = new Date(from.getTime() + 3_600_000);
  const json = {
    room_id: roomId,
    from: from.toISOString(),
    to: to.toISOString(),
    customer: { name: "Guest", email: "guest@example.com" },
  };
  return { json, headers: { "idempotency-key": `"${roomId}"` } };
}
