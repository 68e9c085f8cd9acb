import { describe, expect, it } from "vitest";
import { measureOutbox } from "../../../src/features/events/measure-outbox.ts";
import { relayOutbox } from "../../../src/features/events/relay-outbox.ts";
import { startRecording } from "../../../telemetry/kit/recording.ts";
import { openRoom } from "../bookings/calendar.ts";
import { env } from "../support/api.ts";
import { deliver, eventsAt, newEvent, now, store } from "./outbox.ts";

type Activity = {
  items: { type: string; booking_id: string; room_id: string }[];
  days: { type: string; events: number }[];
};

describe("GET /v1/activity", () => {
  it("200: shows a booking and its cancellation once the real queue has brought them", {
    timeout: 20_000,
  }, async () => {
    const room = await openRoom();
    const { id } = await (await room.book("k")).json<{ id: string }>();
    await room.cancel(id);
    const show = async () => await (await room.house.call("GET", "/v1/activity")).json<Activity>();
    await expect
      .poll(async () => (await show()).days.map(({ type, events }) => [type, events]), { timeout: 15_000 })
      .toEqual([
        ["booking.cancelled", 1],
        ["booking.created", 1],
      ]);
    expect((await show()).items).toMatchObject([
      { type: "booking.cancelled", booking_id: id, room_id: room.id },
    ]);
    const states = await env.DB.prepare("SELECT state, traceparent FROM outbox WHERE aggregate = ?")
      .bind(id)
      .all();
    expect(states.results).toHaveLength(2);
    for (const row of states.results)
      expect(row).toMatchObject({ state: "handled", traceparent: expect.stringMatching(/^00-/) });
  });

  it("200: another tenant sees nothing of it", async () => {
    const [room, other] = [await openRoom(), await openRoom()];
    await room.book("k");
    expect(await (await other.house.call("GET", "/v1/activity")).json()).toEqual({ items: [], days: [] });
  });
});

describe("the state of the outbox", () => {
  it("names the age of the oldest open event and counts what is open", async () => {
    await env.DB.prepare("DELETE FROM outbox").run();
    const { deps } = eventsAt(now);
    expect(await deps.outbox.state()).toEqual({ oldestOpenAt: undefined, open: 0, resent: 0 });
    await store([newEvent({ at: now - 5000 }), newEvent()]);
    expect(await deps.outbox.state()).toEqual({ oldestOpenAt: now - 5000, open: 2, resent: 0 });
  });

  it("grows old while the consumer is dead: sent is not enough, handled is", async () => {
    await env.DB.prepare("DELETE FROM outbox").run();
    const event = newEvent({ at: now - 600_000 });
    await store([event]);
    expect(await relayOutbox(eventsAt(now).deps)).toBe(1);
    const recording = startRecording();
    try {
      const ages = () =>
        recording.points().flatMap(({ metric, value }) => (metric === "frontdesk.outbox.age" ? [value] : []));
      await measureOutbox(eventsAt(now).deps);
      expect(ages()).toEqual([600]);
      await deliver(event);
      await measureOutbox(eventsAt(now).deps);
      expect(ages()).toEqual([600, 0]);
    } finally {
      recording.stop();
    }
  });

  it("is swept: what was handled long ago goes, what is open stays", async () => {
    await env.DB.prepare("DELETE FROM outbox").run();
    const [old, open] = [newEvent(), newEvent()];
    await store([old, open]);
    const { deps } = eventsAt(now);
    await deps.outbox.handle(old, now);
    await deps.outbox.forget(now + 1);
    expect((await env.DB.prepare("SELECT id FROM outbox").all()).results).toEqual([{ id: open.id }]);
  });
});
