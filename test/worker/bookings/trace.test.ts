import { afterEach, describe, expect, it } from "vitest";
import { startRecording } from "../../../telemetry/kit/recording.ts";
import { arrows } from "../../fakes/faulty-bindings.ts";
import { cronLater, customer, openRoom } from "./calendar.ts";

let recording = startRecording();
recording.stop();
afterEach(() => recording.stop());

const handled = async (room: Awaited<ReturnType<typeof openRoom>>, events: number) => {
  const count = async () => {
    const activity = await (await room.house.call("GET", "/v1/activity")).json<{
      days: { events: number }[];
    }>();
    return activity.days.reduce((sum, day) => sum + day.events, 0);
  };
  await expect.poll(count, { timeout: 15_000 }).toBe(events);
};

describe("the trace of a booking", () => {
  it("is one tree under the request: hold, decide, apply; and the consumer of its event links to it", async () => {
    const room = await openRoom();
    recording = startRecording();
    expect((await room.book("k")).status).toBe(201);
    await handled(room, 1);
    const spans = recording.spans();
    const create = spans.find(({ name }) => name === "booking.create");
    expect(create?.attributes).toMatchObject({
      "frontdesk.outcome": "created",
      "frontdesk.event.name": "booking.created",
    });
    const outline = recording.outline();
    const tree = outline.slice(outline.indexOf("SERVER POST /v1/bookings"));
    expect(tree).toMatch(/booking\.create[\s\S]*CLIENT RoomCalendar\/hold[\s\S]*SERVER RoomCalendar\/hold/);
    expect(tree).toMatch(
      /CLIENT BATCH decisions bookings outbox audit idempotency[\s\S]*CLIENT RoomCalendar\/apply[\s\S]*SERVER RoomCalendar\/apply/,
    );
    const consumer = spans.find(
      ({ kind, links }) => kind === "CONSUMER" && links.some((link) => link.spanId === create?.spanId),
    );
    expect(consumer?.name).toBe("process frontdesk-events");
    expect(consumer?.links.map(({ traceId }) => traceId)).toContain(create?.traceId);
    const asked = spans.find(({ name }) => name === "POST /v1/bookings")?.attributes;
    expect(asked?.["frontdesk.request.id"]).toMatch(/^req_/);
    for (const id of ["frontdesk.request.id", "frontdesk.correlation.id"] as const)
      for (const span of spans.filter(({ name }) =>
        /^(RoomCalendar\/(?!constructor)|event\.handle|process )/.test(name),
      ))
        expect(span.attributes[id], span.name).toBe(asked?.[id]);
    const effect = spans.find(({ name }) => name === "event.handle");
    expect(effect).toMatchObject({
      parentSpanId: consumer?.spanId,
      attributes: { "frontdesk.outcome": "handled", "frontdesk.event.type": "booking.created" },
    });
    // The metric counts spans with this name: the same event counts once.
    const named = spans.filter(({ attributes }) => attributes["frontdesk.event.name"] !== undefined);
    expect(named.map(({ name }) => name)).toEqual(["booking.create"]);
  });

  it("names the event once, though the retry that took its hold over ended first", async () => {
    const room = await openRoom();
    recording = startRecording();
    const overtaken = async () => {
      await room.age(11_000);
      expect((await room.book("k")).status).toBe(201);
    };
    const first = await room.bookWith([{ on: arrows.decide, how: "before", run: overtaken }], "k");
    expect(first.status).toBe(201);
    const stories = recording.spans().filter(({ name }) => name === "booking.create");
    expect(stories.map(({ attributes }) => attributes["frontdesk.outcome"])).toEqual(["created", "created"]);
    expect(stories.filter(({ attributes }) => attributes["frontdesk.event.name"])).toHaveLength(1);
    expect(await room.rows()).toHaveLength(1);
    await room.agree();
  });

  it("names neither the customer nor the key, in spans and logs alike", async () => {
    const room = await openRoom();
    recording = startRecording();
    const { id } = await (await room.book("canary-key")).json<{ id: string }>();
    await room.book("canary-key");
    await room.bookWith([{ on: arrows.hold, how: "answer lost" }], "canary-key-2");
    await room.cancel(id);
    await handled(room, 2);
    const all = JSON.stringify([recording.spans(), recording.logs(), recording.points()]);
    expect(all).toContain(id);
    for (const canary of [customer.email, customer.name, "canary-key"]) expect(all).not.toContain(canary);
  });
});

describe("cron", () => {
  it("writes the gauges of outbox, queue and calendars", async () => {
    recording = startRecording();
    await cronLater(0);
    const names = recording.points().map(({ metric }) => metric);
    expect(names).toEqual(
      expect.arrayContaining([
        "frontdesk.holds.unrepaired",
        "frontdesk.outbox.age",
        "frontdesk.outbox.pending",
        "frontdesk.outbox.resent",
        "frontdesk.queue.age",
        "frontdesk.queue.backlog",
      ]),
    );
  });
});
