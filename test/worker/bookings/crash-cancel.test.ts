import { abortAllDurableObjects } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { arrows, type Fault } from "../../fakes/faulty-bindings.ts";
import { openRoom, type Room } from "./calendar.ts";

type Case = { plan: (room: Room) => Fault[]; status: number; cancelled: boolean };

const cancelDecides = /^update "bookings".*; insert into "decisions"/;
const lost = (on: RegExp): Fault => ({ on, how: "lost" });
const answerLost = (on: RegExp): Fault => ({ on, how: "answer lost" });
const before = (on: RegExp, run: () => Promise<unknown>): Fault => ({ on, how: "before", run });

const cases: Record<string, Case> = {
  "the intent never arrives": { plan: () => [lost(arrows.intend)], status: 503, cancelled: false },
  "the intent arrives, its answer is lost": {
    plan: () => [answerLost(arrows.intend)],
    status: 503,
    cancelled: false,
  },
  "the object is killed after the intent": {
    plan: () => [before(cancelDecides, () => abortAllDurableObjects())],
    status: 200,
    cancelled: true,
  },
  "the deciding batch is lost": { plan: () => [lost(cancelDecides)], status: 503, cancelled: false },
  "the deciding batch is lost and the request dies": {
    plan: () => [lost(cancelDecides), lost(arrows.resolve)],
    status: 503,
    cancelled: false,
  },
  "the alarm aborts the attempt just before the batch": {
    plan: ({ repair }) => [before(cancelDecides, repair)],
    status: 503,
    cancelled: false,
  },
  "the batch commits, its answer is lost": {
    plan: () => [answerLost(cancelDecides)],
    status: 200,
    cancelled: true,
  },
  "the batch commits, its answer is lost and the request dies": {
    plan: () => [answerLost(cancelDecides), lost(arrows.resolve)],
    status: 503,
    cancelled: true,
  },
  "the apply never arrives": { plan: () => [lost(arrows.apply)], status: 200, cancelled: true },
  "the apply arrives, its answer is lost": {
    plan: () => [answerLost(arrows.apply)],
    status: 200,
    cancelled: true,
  },
};

describe("a cancellation that is cut, then repaired: object and D1 agree", () => {
  for (const [name, { plan, status, cancelled }] of Object.entries(cases)) {
    it(`${name}: ${status}, ${cancelled ? "cancelled" : "still confirmed"}`, async () => {
      const room = await openRoom();
      const { id } = await (await room.book("k-1")).json<{ id: string }>();
      expect((await room.cancelWith(plan(room), id)).status).toBe(status);
      await room.repair();
      await room.agree();
      expect((await room.rows()).map((row) => row.status)).toEqual([cancelled ? "cancelled" : "confirmed"]);
      // Asked again, it is cancelled, and the place is free for the next.
      expect((await room.cancel(id)).status).toBe(200);
      expect((await room.book("k-2")).status).toBe(201);
      await room.agree();
    });
  }
});
