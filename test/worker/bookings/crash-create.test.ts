import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { arrows, type Fault } from "../../fakes/faulty-bindings.ts";
import { openRoom, type Room } from "./calendar.ts";

type Case = { plan: (room: Room) => Fault[]; status: number; booked: boolean };

const lost = (on: RegExp, times = 1): Fault => ({ on, how: "lost", times });
const answerLost = (on: RegExp): Fault => ({ on, how: "answer lost" });
const before = (on: RegExp, run: () => Promise<unknown>): Fault => ({ on, how: "before", run });

/** Every arrow of docs/design/bookings.md: what fails, what the client is told, whether there is a booking in the end. */
const cases: Record<string, Case> = {
  "the hold never arrives": { plan: () => [lost(arrows.hold)], status: 503, booked: false },
  "the hold arrives, its answer is lost": {
    plan: () => [answerLost(arrows.hold)],
    status: 503,
    booked: false,
  },
  "the hold's answer is lost and D1 is away": {
    plan: () => [answerLost(arrows.hold), lost(arrows.resolve)],
    status: 503,
    booked: false,
  },
  "the object is evicted after the hold": {
    plan: ({ stub }) => [before(arrows.decide, () => evictDurableObject(stub))],
    status: 201,
    booked: true,
  },
  "the object is killed after the hold": {
    plan: () => [before(arrows.decide, () => abortAllDurableObjects())],
    status: 201,
    booked: true,
  },
  "the deciding batch is lost": { plan: () => [lost(arrows.decide)], status: 503, booked: false },
  "the deciding batch is lost and the request dies": {
    plan: () => [lost(arrows.decide), lost(arrows.resolve)],
    status: 503,
    booked: false,
  },
  "the deciding batch is lost and the drop of the hold too": {
    plan: () => [lost(arrows.decide), lost(arrows.apply)],
    status: 503,
    booked: false,
  },
  "the alarm aborts the attempt just before the batch": {
    plan: ({ repair }) => [before(arrows.decide, repair)],
    status: 503,
    booked: false,
  },
  "the batch commits, its answer is lost": {
    plan: () => [answerLost(arrows.decide)],
    status: 201,
    booked: true,
  },
  "the batch commits, its answer is lost and the request dies": {
    plan: () => [answerLost(arrows.decide), lost(arrows.resolve)],
    status: 503,
    booked: true,
  },
  "the batch commits, the question how it ended loses its answer": {
    plan: () => [answerLost(arrows.decide), answerLost(arrows.resolve)],
    status: 503,
    booked: true,
  },
  "the apply never arrives": { plan: () => [lost(arrows.apply)], status: 201, booked: true },
  "the apply arrives, its answer is lost": {
    plan: () => [answerLost(arrows.apply)],
    status: 201,
    booked: true,
  },
  "the object is killed before the apply": {
    plan: () => [before(arrows.apply, () => abortAllDurableObjects())],
    status: 201,
    booked: true,
  },
  "the alarm applies before the request does": {
    plan: ({ repair }) => [before(arrows.apply, repair)],
    status: 201,
    booked: true,
  },
  "the note that it was applied is lost": { plan: () => [lost(arrows.mark)], status: 201, booked: true },
};

describe("a creation that is cut, then repaired: object and D1 agree", () => {
  for (const [name, { plan, status, booked }] of Object.entries(cases)) {
    it(`${name}: ${status}, ${booked ? "booked" : "not booked"}`, async () => {
      const room = await openRoom();
      const response = await room.bookWith(plan(room), "k-1");
      expect(response.status).toBe(status);
      await room.repair();
      await room.agree();
      expect((await room.rows()).map((row) => row.status)).toEqual(booked ? ["confirmed"] : []);
    });

    it(`${name}: a retry with the same key ends with the one booking`, async () => {
      const room = await openRoom();
      await room.bookWith(plan(room), "k-1");
      await room.repair();
      const retry = await room.book("k-1");
      expect(retry.status).toBe(201);
      expect(retry.headers.get("idempotency-replayed")).toBe(booked ? "true" : null);
      await room.agree();
      expect(await room.rows()).toHaveLength(1);
    });
  }
});

describe("a retry before any alarm", () => {
  it("drops the hold that an aborted attempt of its key left, and is not stopped by it", async () => {
    const room = await openRoom();
    expect((await room.bookWith([lost(arrows.decide), lost(arrows.apply)], "k-1")).status).toBe(503);
    expect((await room.calendar()).intents).toHaveLength(1);
    expect((await room.book("k-2")).status).toBe(409);
    expect((await room.book("k-1")).status).toBe(201);
    await room.agree();
  });
});
