import { describe, expect, it } from "vitest";
import { arrows, type Fault } from "../../fakes/faulty-bindings.ts";
import { problemOf } from "../support/api.ts";
import { makeRoom } from "../support/house.ts";
import { openRoom, type Room } from "./calendar.ts";

/** Between the look-up of the key and the hold, something happens. */
const meanwhile = (run: () => Promise<unknown>): Fault[] => [{ on: arrows.hold, how: "before", run }];

const elsewhere = async (room: Room) => {
  const { id } = await makeRoom(room.house, "Red Room");
  return () =>
    room.house.call("POST", "/v1/bookings", {
      json: { ...room.wish(0, 1), room_id: id },
      headers: { authorization: `Bearer ${room.house.token}`, "idempotency-key": "k" },
    });
};

describe("another request wins the key while this one is on its way to the calendar", () => {
  it("other slot: 422, no ghost stays in the room, and its slot can be booked", async () => {
    const room = await openRoom();
    const late = await room.bookWith(
      meanwhile(() => room.book("k", 0, 1)),
      "k",
      5,
      6,
    );
    expect([late.status, (await problemOf(late)).code]).toEqual([422, "idempotency_key_reused"]);
    await room.agree();
    const [first] = await room.rows();
    await room.cancel(first?.id as string);
    await room.agree();
    expect((await room.book("k-2", 5, 6)).status).toBe(201);
    await room.agree();
  });

  it("other slot, and its request dies: the alarm leaves no ghost either", async () => {
    const room = await openRoom();
    const dies: Fault[] = [
      ...meanwhile(() => room.book("k", 0, 1)),
      { on: arrows.decide, how: "lost" },
      { on: arrows.resolve, how: "lost" },
    ];
    expect((await room.bookWith(dies, "k", 5, 6)).status).toBe(503);
    await room.repair();
    await room.agree();
    expect(await room.rows()).toHaveLength(1);
  });

  it("other room: 422, and only the winner's room is taken", async () => {
    const room = await openRoom();
    const late = await room.bookWith(meanwhile(await elsewhere(room)), "k");
    expect([late.status, (await problemOf(late)).code]).toEqual([422, "idempotency_key_reused"]);
    await room.agree();
    expect(await room.rows()).toEqual([]);
    expect((await room.book("k-2")).status).toBe(201);
  });

  it("other room: this one's end is not taken for the winner's, whose calendar did not obey yet", async () => {
    const room = await openRoom();
    const other = await makeRoom(room.house, "Red Room");
    const winner = () => room.bookWith([{ on: arrows.apply, how: "lost" }], "k");
    const headers = { authorization: `Bearer ${room.house.token}`, "idempotency-key": "k" };
    const json = { ...room.wish(0, 1), room_id: other.id };
    const late = await room.callWith(meanwhile(winner), "POST", "/v1/bookings", { json, headers });
    expect(late.status).toBe(422);
    expect(await room.unapplied()).toBe(1);
  });
});

describe("the first request is answered while its retry is on its way to the calendar", () => {
  it("the retry meets its own booking as a rival, and hears the first answer", async () => {
    const room = await openRoom();
    const retry = await room.bookWith(
      meanwhile(() => room.book("k")),
      "k",
    );
    expect([retry.status, retry.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
    expect(retry.headers.get("content-type")).toBe("application/json");
    const [row] = await room.rows();
    expect(await retry.json()).toMatchObject({ id: row?.id });
    const again = await room.book("k");
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
    await room.agree();
  });

  it("the booking is cancelled already: the retry still hears the first answer, and books nothing", async () => {
    const room = await openRoom();
    const bookAndCancel = async () => {
      const { id } = await (await room.book("k")).json<{ id: string }>();
      await room.cancel(id);
    };
    const retry = await room.bookWith(meanwhile(bookAndCancel), "k");
    expect([retry.status, retry.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
    expect(await room.rows()).toMatchObject([{ status: "cancelled" }]);
    await room.agree();
  });

  it("the retry's hold fails: it never says that nothing was changed", async () => {
    const room = await openRoom();
    const bookAndFail = async () => {
      await room.book("k");
      throw new Error("Network connection lost.");
    };
    const retry = await room.bookWith(meanwhile(bookAndFail), "k");
    expect([retry.status, (await problemOf(retry)).code]).toEqual([503, "outcome_unknown"]);
    expect((await room.book("k")).headers.get("idempotency-replayed")).toBe("true");
    await room.agree();
  });

  it("the hold fails and D1 cannot be asked: the outcome is unknown; if it can, nothing was changed", async () => {
    const room = await openRoom();
    const both: Fault[] = [
      { on: arrows.hold, how: "lost" },
      { on: arrows.resolve, how: "lost" },
    ];
    expect((await problemOf(await room.bookWith(both, "k-1"))).code).toBe("outcome_unknown");
    const one: Fault[] = [{ on: arrows.hold, how: "lost" }];
    expect((await problemOf(await room.bookWith(one, "k-2"))).code).toBe("unavailable");
  });
});
