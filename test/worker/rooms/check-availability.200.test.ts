import { expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { env, request } from "../support/api.ts";
import { makeRoom, openHouse } from "../support/house.ts";

const at = (time: string) => `2026-12-01T${time}:00.000Z`;

it("says of a room without bookings that all of the range is free", async () => {
  const house = await openHouse();
  const { id } = await makeRoom(house);
  const path = `/v1/rooms/${id}/availability?from=2026-12-01T09:00:00Z&to=2026-12-01T17:00:00Z`;
  const response = await house.call("GET", path);
  expect(response.status).toBe(200);
  const range = { from: at("09:00"), to: at("17:00") };
  expect(await response.json()).toEqual({ ...range, busy: [], free: [range] });
});

it("cuts out what bookings take", async () => {
  const house = await openHouse();
  const { id } = await makeRoom(house);
  const deps = buildDeps(env);
  const occupied = async () => [{ from: Date.parse(at("10:00")), to: Date.parse(at("11:30")) }];
  const app = createApp({ ...deps, rooms: { ...deps.rooms, occupied } });
  const path = `/v1/rooms/${id}/availability?from=2026-12-01T09:00:00Z&to=2026-12-01T17:00:00Z`;
  expect(await (await app.fetch(request("GET", path, house.authorized()), env)).json()).toMatchObject({
    busy: [{ from: at("10:00"), to: at("11:30") }],
    free: [
      { from: at("09:00"), to: at("10:00") },
      { from: at("11:30"), to: at("17:00") },
    ],
  });
});
