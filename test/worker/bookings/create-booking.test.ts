import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { requestDeadlineMs } from "../../../src/features/bookings/attempt.ts";
import { arrows, faultyEnv } from "../../fakes/faulty-bindings.ts";
import { env, pointersOf, problemOf, request } from "../support/api.ts";
import { customer, hour, openRoom } from "./calendar.ts";

describe("POST /v1/bookings", () => {
  it("201: answers with the booking and where it is", async () => {
    const room = await openRoom();
    const response = await room.book("k-1");
    expect(response.status).toBe(201);
    const booking = await response.json<{ id: string }>();
    expect(booking).toMatchObject({
      room_id: room.id,
      from: hour(0),
      to: hour(1),
      customer,
      status: "confirmed",
      version: 1,
    });
    expect(response.headers.get("location")).toBe(`/v1/bookings/${booking.id}`);
    const shown = await room.house.call("GET", `/v1/bookings/${booking.id}`);
    expect(await shown.json()).toEqual(booking);
  });

  it("201: the room's availability shows it", async () => {
    const room = await openRoom();
    await room.book("k-1");
    const path = `/v1/rooms/${room.id}/availability?from=${hour(-1)}&to=${hour(2)}`;
    const { busy } = await (await room.house.call("GET", path)).json<{ busy: unknown }>();
    expect(busy).toEqual([{ from: hour(0), to: hour(1) }]);
  });

  it("201: writes who did it, without the customer's data", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k-1")).json<{ id: string }>();
    const { results } = await env.DB.prepare("SELECT actor, action FROM audit WHERE subject = ?")
      .bind(id)
      .all();
    expect(results).toEqual([{ actor: room.house.owner.id, action: "booking.created" }]);
    const events = await env.DB.prepare("SELECT payload FROM outbox WHERE aggregate = ?").bind(id).all();
    expect(JSON.stringify(events.results)).not.toContain("canary");
  });

  it("409: the slot is taken", async () => {
    const room = await openRoom();
    await room.book("k-1", 0, 4);
    const response = await room.book("k-2", 3, 5);
    expect([response.status, (await problemOf(response)).code]).toEqual([409, "slot_taken"]);
  });

  it("404: no such room, or a room of another tenant", async () => {
    const [room, other] = [await openRoom(), await openRoom()];
    const absent = `${room.id.slice(0, -4)}0000`;
    for (const [i, room_id] of [absent, other.id].entries()) {
      const json = { ...room.wish(0, 1), room_id };
      const headers = { authorization: `Bearer ${room.house.token}`, "idempotency-key": `k-${i}` };
      expect((await room.house.call("POST", "/v1/bookings", { json, headers })).status).toBe(404);
    }
    expect(await other.rows()).toEqual([]);
  });

  const wrong: Record<string, { change: Record<string, unknown>; pointers: string[] }> = {
    "an end before the start": { change: { to: hour(-1) }, pointers: ["#/to"] },
    "an empty time": { change: { to: hour(0) }, pointers: ["#/to"] },
    "the past": { change: { from: hour(-48) }, pointers: ["#/from"] },
    "more than 30 days": { change: { to: hour(721) }, pointers: ["#/to"] },
    "more than two years ahead": { change: { from: hour(17_600), to: hour(17_601) }, pointers: ["#/to"] },
    "a time without zone": { change: { from: "2027-01-01T10:00:00" }, pointers: ["#/from"] },
    "a room that is no id": { change: { room_id: "blue" }, pointers: ["#/room_id"] },
    "a customer without e-mail": { change: { customer: { name: "Ada" } }, pointers: ["#/customer/email"] },
    "an e-mail that is none": {
      change: { customer: { name: "Ada", email: "ada" } },
      pointers: ["#/customer/email"],
    },
    "a control character in a name": {
      change: { customer: { name: "A\u0000da", email: "ada@example.com" } },
      pointers: ["#/customer/name"],
    },
    "an unknown field": { change: { price: 1 }, pointers: ["#/price"] },
  };
  for (const [name, { change, pointers }] of Object.entries(wrong)) {
    it(`400: ${name}, and the field is named`, async () => {
      const room = await openRoom();
      const headers = { authorization: `Bearer ${room.house.token}`, "idempotency-key": "k" };
      const response = await room.house.call("POST", "/v1/bookings", {
        json: { ...room.wish(0, 1), ...change },
        headers,
      });
      expect(response.status).toBe(400);
      expect(pointersOf(await problemOf(response))).toEqual(pointers);
      expect((await room.calendar()).intents).toEqual([]);
    });
  }

  it("goes on to its end when the client does not wait: all of it is given to waitUntil", async () => {
    const room = await openRoom();
    const ctx = createExecutionContext();
    const slow = faultyEnv(env, [
      { on: arrows.decide, how: "before", run: () => new Promise((done) => setTimeout(done, 200)) },
    ]);
    const wanted = request("POST", "/v1/bookings", {
      host: room.house.host,
      json: room.wish(0, 1),
      headers: { authorization: `Bearer ${room.house.token}`, "idempotency-key": "k" },
    });
    // Nobody awaits the response: only what waitUntil was given keeps the story alive.
    void createApp(buildDeps(slow.env)).fetch(wanted, slow.env, ctx);
    await expect.poll(async () => (await room.calendar()).intents.length).toBe(1);
    await waitOnExecutionContext(ctx);
    await room.agree();
    expect(await room.rows()).toMatchObject([{ status: "confirmed" }]);
  });

  it("503: a client waits no longer than the deadline, and a retry learns how it ended", async () => {
    const room = await openRoom();
    const ctx = createExecutionContext();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      let release = () => {};
      const gate = new Promise<void>((open) => {
        release = open;
      });
      const stuck = faultyEnv(env, [{ on: arrows.decide, how: "before", run: () => gate }]);
      const wanted = request("POST", "/v1/bookings", room.post("k"));
      const answer = Promise.resolve(createApp(buildDeps(stuck.env)).fetch(wanted, stuck.env, ctx));
      while (stuck.hits.length === 0) await room.calendar();
      await vi.advanceTimersByTimeAsync(requestDeadlineMs);
      const response = await answer;
      expect([response.status, (await problemOf(response)).code]).toEqual([503, "outcome_unknown"]);
      release();
    } finally {
      vi.useRealTimers();
    }
    await waitOnExecutionContext(ctx);
    const retry = await room.book("k");
    expect([retry.status, retry.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
    await room.agree();
  });
});
