import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { env, problemOf, request } from "../support/api.ts";
import { openRoom } from "./calendar.ts";

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
});
