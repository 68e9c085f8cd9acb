import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { requestDeadlineMs } from "../../../src/features/bookings/attempt.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { faultyEnv } from "../../fakes/faulty-bindings.ts";
import { env, problemOf, request } from "../support/api.ts";
import { openRoom } from "./calendar.ts";

const decide = /^update "bookings".*; insert into "decisions"/;

describe("POST /v1/bookings/{booking_id}/cancel", () => {
  it("200: cancels, frees the place, and says the same when asked again", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k-1")).json<{ id: string }>();
    const [first, again] = [await room.cancel(id), await room.cancel(id)];
    expect([first.status, again.status]).toEqual([200, 200]);
    const cancelled = await first.json();
    expect(cancelled).toMatchObject({ id, status: "cancelled", version: 2 });
    expect(await again.json()).toEqual(cancelled);
    expect((await room.book("k-2")).status).toBe(201);
    await room.agree();
  });

  it("404: no such booking, or no id at all", async () => {
    const room = await openRoom();
    expect((await room.cancel(randomIds("booking"))).status).toBe(404);
    expect((await room.cancel("nonsense")).status).toBe(404);
  });

  it("409: its time is over", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k-1")).json<{ id: string }>();
    const later = { clock: () => Date.now() + 48 * 3_600_000, ids: randomIds };
    const deps = buildDeps(env);
    const app = createApp({ ...deps, bookings: { ...deps.bookings, ...later } });
    const ctx = createExecutionContext();
    const wanted = request("POST", `/v1/bookings/${id}/cancel`, room.house.authorized());
    const response = await app.fetch(wanted, env, ctx);
    await waitOnExecutionContext(ctx);
    expect([response.status, (await problemOf(response)).code]).toEqual([409, "not_cancellable"]);
  });

  it("goes on to its end when the client does not wait: all of it is given to waitUntil", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k")).json<{ id: string }>();
    const slow = faultyEnv(env, [
      { on: decide, how: "before", run: () => new Promise((done) => setTimeout(done, 200)) },
    ]);
    const ctx = createExecutionContext();
    const wanted = request("POST", `/v1/bookings/${id}/cancel`, room.house.authorized());
    // Nobody awaits the response: only what waitUntil was given keeps the story alive.
    void createApp(buildDeps(slow.env)).fetch(wanted, slow.env, ctx);
    await expect.poll(async () => (await room.calendar()).intents.length).toBe(1);
    await waitOnExecutionContext(ctx);
    await room.agree();
    expect(await room.rows()).toMatchObject([{ status: "cancelled" }]);
  });

  it("503: a client waits no longer than the deadline, and asked again it is cancelled", async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k")).json<{ id: string }>();
    const ctx = createExecutionContext();
    let release = () => {};
    const gate = new Promise<void>((open) => {
      release = open;
    });
    const stuck = faultyEnv(env, [{ on: decide, how: "before", run: () => gate }]);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const wanted = request("POST", `/v1/bookings/${id}/cancel`, room.house.authorized());
      const answer = Promise.resolve(createApp(buildDeps(stuck.env)).fetch(wanted, stuck.env, ctx));
      while (stuck.hits.length === 0) await room.calendar();
      await vi.advanceTimersByTimeAsync(requestDeadlineMs);
      const response = await answer;
      expect([response.status, (await problemOf(response)).code]).toEqual([503, "outcome_unknown"]);
    } finally {
      release();
      vi.useRealTimers();
    }
    await waitOnExecutionContext(ctx);
    expect((await room.cancel(id)).status).toBe(200);
    expect(await room.rows()).toMatchObject([{ status: "cancelled", version: 2 }]);
    await room.agree();
  });
});
