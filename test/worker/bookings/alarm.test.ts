import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { holdLifeMs, requestDeadlineMs } from "../../../src/features/bookings/attempt.ts";
import { RoomCalendar } from "../../../src/features/bookings/room-calendar.do.ts";
import { arrows, type Fault, faultyEnv } from "../../fakes/faulty-bindings.ts";
import { env } from "../support/api.ts";
import { cronLater, openRoom, type Room } from "./calendar.ts";

/** The object as the platform would make it, with bindings that fail and a clock that is set. */
const alarmAt = (room: Room, now: number, plan: readonly Fault[]) =>
  runInDurableObject(room.stub, async (_, state) => {
    await new RoomCalendar(state, faultyEnv(env, plan).env, () => now).alarm();
    return await state.storage.getAlarm();
  });

const requestDies: Fault[] = [
  { on: arrows.decide, how: "lost" },
  { on: arrows.resolve, how: "lost" },
];

describe("the calendar's alarm", () => {
  it("is set at the end of the hold's life, and that is longer than a request may take", async () => {
    const room = await openRoom();
    await room.bookWith(requestDies, "k-1");
    const { intents, alarm } = await room.calendar();
    expect(intents).toHaveLength(1);
    expect(alarm).toBe(intents[0]?.due_at);
    expect(holdLifeMs).toBeGreaterThan(requestDeadlineMs);
  });

  it("does nothing to a hold that is not due", async () => {
    const room = await openRoom();
    await room.bookWith(requestDies, "k-1");
    await runDurableObjectAlarm(room.stub);
    expect((await room.calendar()).intents).toMatchObject([{ tries: 0 }]);
  });

  it("outlives D1: away for 25 alarms it never throws, backs off to a minute, and repairs when D1 is back", async () => {
    const room = await openRoom();
    await room.bookWith(
      [
        { on: arrows.decide, how: "answer lost" },
        { on: arrows.resolve, how: "lost" },
      ],
      "k-1",
    );
    let now = Date.now() + holdLifeMs;
    const waits: number[] = [];
    for (let run = 0; run < 25; run++) {
      const next = await alarmAt(room, now, [{ on: arrows.resolve, how: "lost" }]);
      expect(next, `an alarm is set after run ${run}`).not.toBeNull();
      waits.push((next as number) - now);
      now = next as number;
    }
    expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000));
    expect((await room.calendar()).intents).toMatchObject([{ tries: 25 }]);
    await alarmAt(room, now, []);
    await room.agree();
    expect(await room.rows()).toMatchObject([{ status: "confirmed" }]);
    expect((await room.calendar()).alarm).toBeNull();
  });

  it("loses D1's answer after the row was written, and obeys the same row the next time", async () => {
    const room = await openRoom();
    await room.bookWith(requestDies, "k-1");
    const now = Date.now() + holdLifeMs;
    const next = await alarmAt(room, now, [{ on: arrows.resolve, how: "answer lost" }]);
    expect((await room.calendar()).intents).toHaveLength(1);
    await alarmAt(room, next as number, []);
    await room.agree();
    expect(await room.rows()).toEqual([]);
  });

  it("repairs what it can when one of several attempts fails", async () => {
    const room = await openRoom();
    await room.bookWith(requestDies, "k-1");
    const { id } = await (await room.book("k-2", 5, 6)).json<{ id: string }>();
    await room.cancelWith([{ on: arrows.apply, how: "lost" }], id);
    expect((await room.calendar()).intents).toHaveLength(2);
    const next = await alarmAt(room, Date.now() + 2 * holdLifeMs, [{ on: arrows.resolve, how: "lost" }]);
    expect((await room.calendar()).intents).toHaveLength(1);
    await alarmAt(room, next as number, []);
    await room.agree();
  });
});

describe("cron", () => {
  it("repairs a calendar that lost its alarm with its memory of the attempt", async () => {
    const room = await openRoom();
    await room.bookWith([{ on: arrows.apply, how: "lost" }], "k-1");
    await runInDurableObject(room.stub, async (_, { storage }) => {
      storage.sql.exec("DELETE FROM intents");
      await storage.deleteAlarm();
    });
    expect(await room.unapplied()).toBe(1);
    await cronLater(120_000);
    await room.agree();
    expect(await room.unapplied()).toBe(0);
  });

  it("clears a note that was lost though the calendar had obeyed", async () => {
    const room = await openRoom();
    await room.bookWith([{ on: arrows.mark, how: "lost" }], "k-1");
    expect(await room.unapplied()).toBe(1);
    await cronLater(120_000);
    expect(await room.unapplied()).toBe(0);
    await room.agree();
  });
});
