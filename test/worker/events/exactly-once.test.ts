import { describe, expect, it } from "vitest";
import { handleLeaseMs, relayOutbox, sendLeaseMs } from "../../../src/features/events/relay-outbox.ts";
import { arrows, type Fault } from "../../fakes/faulty-bindings.ts";
import { countsOf, deliver, eventsAt, newEvent, now, stateOf, store } from "./outbox.ts";

const send = /^send$/;
const handle = /^insert into "inbox"/;

/** Lets everything be sent and delivered, as often as it takes. */
async function settle(from: number): Promise<void> {
  for (let time = from; time < from + 20 * handleLeaseMs; time += handleLeaseMs) {
    const { deps, sent } = eventsAt(time);
    await relayOutbox(deps);
    for (const event of sent) await deliver(event);
  }
}

describe("an event has its effect exactly once", () => {
  it("two relays that race never take the same event", async () => {
    const events = Array.from({ length: 150 }, () => newEvent());
    await store(events);
    const [one, other] = [eventsAt(now), eventsAt(now)];
    const counts = await Promise.all([relayOutbox(one.deps), relayOutbox(other.deps)]);
    expect(counts[0] + counts[1]).toBe(150);
    const ids = [...one.sent, ...other.sent].map(({ id }) => id);
    expect(new Set(ids).size).toBe(150);
    expect(ids).toHaveLength(150);
  });

  const faults: Record<string, readonly Fault[]> = {
    "the queue loses the message and says nothing": [{ on: send, how: "dropped" }],
    "the queue refuses": [{ on: send, how: "lost" }],
    "the queue takes it, its answer is lost": [{ on: send, how: "answer lost" }],
    "the relay dies between claim and send": [{ on: arrows.claim, how: "answer lost" }],
    "the note that it was sent is lost": [{ on: /^update "outbox" set "state"/, how: "lost" }],
  };
  for (const [name, plan] of Object.entries(faults)) {
    it(`${name}: it is sent again under the same id after its lease`, async () => {
      const event = newEvent();
      await store([event]);
      const { deps, sent, hits } = eventsAt(now, plan);
      await relayOutbox(deps).catch(() => {});
      expect(hits).toHaveLength(1);
      for (const message of sent) await deliver(message);
      const soon = eventsAt(now + 1000);
      await relayOutbox(soon.deps);
      expect(soon.sent, "not before its lease").toEqual([]);
      await settle(now + Math.max(sendLeaseMs, handleLeaseMs));
      expect(await countsOf(event.tenantId)).toEqual({ "booking.created": 1 });
      expect(await stateOf(event)).toBe("handled");
    });
  }

  it("is sent again and again until it is handled, and never after", async () => {
    const event = newEvent();
    await store([event]);
    const sent: string[] = [];
    for (let hours = 0; hours < 5; hours++) {
      const relay = eventsAt(now + hours * 3_600_000);
      await relayOutbox(relay.deps);
      sent.push(...relay.sent.map(({ id }) => id));
    }
    expect(sent).toEqual(Array.from({ length: 5 }, () => event.id));
    await deliver(event);
    const after = eventsAt(now + 24 * 3_600_000);
    expect(await relayOutbox(after.deps)).toBe(0);
  });

  it("the same message delivered ten times at once counts once, and each is acknowledged", async () => {
    const event = newEvent();
    await store([event]);
    const ends = await Promise.all(Array.from({ length: 10 }, () => deliver(event)));
    expect(new Set(ends)).toEqual(new Set(["acked"]));
    expect(await countsOf(event.tenantId)).toEqual({ "booking.created": 1 });
    expect(await stateOf(event)).toBe("handled");
  });

  for (const how of ["lost", "answer lost"] as const) {
    it(`the consumer's batch: ${how}. It is retried, and counts once`, async () => {
      const event = newEvent();
      await store([event]);
      expect(await deliver(event, [{ on: handle, how }])).toBe("retried");
      expect(await deliver(event)).toBe("acked");
      expect(await countsOf(event.tenantId)).toEqual({ "booking.created": 1 });
      expect(await stateOf(event)).toBe("handled");
    });
  }

  it("news that arrives late counts, but does not overwrite what is newer", async () => {
    const created = newEvent();
    const cancelled = newEvent({
      ...created,
      id: newEvent().id,
      type: "booking.cancelled",
      sequence: 2,
      at: now + 5,
    });
    await store([created, cancelled]);
    await deliver(cancelled);
    await deliver(created);
    const { items } = await eventsAt(now).deps.activity.latest(created.tenantId, { limit: 10 });
    expect(items).toMatchObject([{ type: "booking.cancelled", sequence: 2 }]);
    expect(await countsOf(created.tenantId)).toEqual({ "booking.created": 1, "booking.cancelled": 1 });
  });

  it("a message that is no event of ours is retried, so it ends in the dead-letter queue", async () => {
    expect(await deliver({ hello: "world" })).toBe("retried");
  });

  it("keeps the trace of its request from the row to the message", async () => {
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
    const event = newEvent({ trace });
    await store([event]);
    const { deps, sent } = eventsAt(now);
    await relayOutbox(deps);
    expect(sent.find(({ id }) => id === event.id)?.trace).toEqual(trace);
  });
});
