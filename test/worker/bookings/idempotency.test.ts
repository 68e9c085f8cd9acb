import { describe, expect, it } from "vitest";
import { arrows } from "../../fakes/faulty-bindings.ts";
import { env, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";
import { cronLater, hour, openRoom, type Room } from "./calendar.ts";

const withKey = (room: Room, key: string | undefined, json: unknown = room.wish(0, 1)) =>
  room.house.call("POST", "/v1/bookings", {
    json,
    headers: {
      authorization: `Bearer ${room.house.token}`,
      ...(key !== undefined && { "idempotency-key": key }),
    },
  });

describe("Idempotency-Key", () => {
  it("is required: 400 without one", async () => {
    const response = await withKey(await openRoom(), undefined);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).code).toBe("idempotency_key_missing");
  });

  const bad = {
    "not closed": '"abc',
    "a quote inside": 'a"b',
    "a space, bare": "a b",
    "too long": "k".repeat(256),
  };
  for (const [name, key] of Object.entries(bad)) {
    it(`must be a structured string or a bare token: ${name} is 400`, async () => {
      const response = await withKey(await openRoom(), key);
      expect(response.status).toBe(400);
      expect((await problemOf(response)).errors).toMatchObject([{ pointer: "Idempotency-Key" }]);
    });
  }

  it("replays the first answer word for word, quoted or bare", async () => {
    const room = await openRoom();
    const first = await withKey(room, "once");
    const again = await withKey(room, '"once"');
    expect([first.status, again.status]).toEqual([201, 201]);
    expect([first, again].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(await again.text()).toBe(await first.text());
    expect(await room.rows()).toHaveLength(1);
  });

  it("refuses another payload under the same key: 422", async () => {
    const room = await openRoom();
    await withKey(room, "once");
    const other = await withKey(room, "once", room.wish(5, 6));
    expect(other.status).toBe(422);
    expect((await problemOf(other)).code).toBe("idempotency_key_reused");
    expect(await room.rows()).toHaveLength(1);
  });

  it("keeps a refusal as well: the slot was taken, and a retry hears the same", async () => {
    const room = await openRoom();
    const { id } = await (await withKey(room, "winner")).json<{ id: string }>();
    expect((await withKey(room, "loser")).status).toBe(409);
    await room.cancel(id);
    const again = await withKey(room, "loser");
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([409, "true"]);
    expect(again.headers.get("content-type")).toBe("application/problem+json");
    expect(await again.json()).toMatchObject({ code: "slot_taken" });
  });

  it("does not keep what was invalid: mended, it may be sent under the same key", async () => {
    const room = await openRoom();
    expect((await withKey(room, "k", { ...room.wish(0, 1), to: hour(-1) })).status).toBe(400);
    expect((await withKey(room, "k")).status).toBe(201);
  });

  it("belongs to its tenant: two tenants may use one key", async () => {
    const [one, other] = [await openRoom(), await openRoom()];
    expect((await withKey(one, "same")).status).toBe(201);
    expect((await withKey(other, "same")).status).toBe(201);
    expect((await other.rows()).length).toBe(1);
  });

  it("in flight: two at once make one booking, the later is told so or gets the same answer", async () => {
    const room = await openRoom();
    const answers = await Promise.all([withKey(room, "k"), withKey(room, "k"), withKey(room, "k")]);
    const created = answers.filter(({ status }) => status === 201);
    expect(created.length).toBeGreaterThan(0);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([409, "1"]);
      expect(await answer.json()).toMatchObject({ code: "idempotency_in_flight" });
    }
    expect(await room.rows()).toHaveLength(1);
    await room.agree();
  });

  it("in flight: while the first may still be working, a retry gets 409; another payload gets 422", async () => {
    const room = await openRoom();
    const dies = [{ on: arrows.decide, how: "lost" } as const, { on: arrows.resolve, how: "lost" } as const];
    expect((await room.bookWith(dies, "k")).status).toBe(503);
    const retry = await withKey(room, "k");
    expect([retry.status, (await problemOf(retry)).code]).toEqual([409, "idempotency_in_flight"]);
    const other = await withKey(room, "k", room.wish(5, 6));
    expect([other.status, (await problemOf(other)).code]).toEqual([422, "idempotency_key_reused"]);
  });

  it("a retry meets its own hold and goes on with it, once the first can no longer be waiting", async () => {
    const room = await openRoom();
    const dies = [{ on: arrows.decide, how: "lost" } as const, { on: arrows.resolve, how: "lost" } as const];
    await room.bookWith(dies, "k");
    await room.age(11_000);
    const retry = await withKey(room, "k");
    expect(retry.status).toBe(201);
    await room.agree();
    expect(await room.rows()).toHaveLength(1);
  });

  it("is forgotten after a day, and then may be used anew", async () => {
    const room = await openRoom();
    await withKey(room, "k");
    await cronLater(25 * 3_600_000);
    const left = env.DB.prepare("SELECT count(*) AS n FROM idempotency WHERE tenant_id = ?").bind(
      room.house.tenant.id,
    );
    expect(await left.first("n")).toBe(0);
    expect((await withKey(room, "k", room.wish(5, 6))).status).toBe(201);
    expect(await room.rows()).toHaveLength(2);
    await room.agree();
  });

  it("needs a session like the route itself: 401 comes first", async () => {
    const room = await openRoom();
    const stranger = await openHouse();
    const response = await room.house.call("POST", "/v1/bookings", {
      json: room.wish(0, 1),
      headers: { authorization: `Bearer ${stranger.token}` },
    });
    expect(response.status).toBe(401);
  });
});
