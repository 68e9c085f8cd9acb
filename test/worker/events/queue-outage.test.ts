import { describe, expect, it, vi } from "vitest";
import {
  handleLeaseMs,
  relayOutbox,
  sendLeaseMs,
  sendTimeoutMs,
} from "../../../src/features/events/relay-outbox.ts";
import { env } from "../support/api.ts";
import { eventsAt, newEvent, now, stateOf, store } from "./outbox.ts";

const times = <T>(n: number, of: () => T): T[] => Array.from({ length: n }, of);
const clear = () => env.DB.prepare("DELETE FROM outbox").run();
const claimed = (at: number) =>
  env.DB.prepare("SELECT count(*) AS n FROM outbox WHERE claimed_until > ?").bind(at).first("n");

describe("a queue that is away", () => {
  it("never answers: the relay gives up after the timeout, and the event is sent once its lease is over", async () => {
    await clear();
    const event = newEvent();
    await store([event]);
    const { deps } = eventsAt(now);
    const silent = { ...deps, queue: { ...deps.queue, send: vi.fn(() => new Promise<void>(() => {})) } };
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      let sent: number | undefined;
      const relay = relayOutbox(silent).then((count) => {
        sent = count;
      });
      while (silent.queue.send.mock.calls.length === 0) await stateOf(event);
      await vi.advanceTimersByTimeAsync(sendTimeoutMs - 1);
      expect(sent).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      await relay;
      expect(sent).toBe(0);
    } finally {
      vi.useRealTimers();
    }
    expect(await stateOf(event)).toBe("pending");
    expect(await relayOutbox(eventsAt(now + sendLeaseMs).deps)).toBe(1);
  });

  it("fails: the relay stops at the first batch and claims no more of the backlog", async () => {
    await clear();
    await store(times(120, () => newEvent()));
    const { deps, hits } = eventsAt(now, [{ on: /^send$/, how: "lost", times: 3 }]);
    expect(await relayOutbox(deps)).toBe(0);
    expect(hits).toHaveLength(1);
    expect(await claimed(now)).toBe(50);
    // The rest is not behind a lease: the next relay may send it at once.
    expect(await relayOutbox(eventsAt(now).deps)).toBe(70);
  });

  it("for long: what it takes at last is due again after the first lease, not after an hour", async () => {
    await clear();
    await store([newEvent()]);
    let at = now;
    for (let failed = 0; failed < 10; failed++, at += sendLeaseMs)
      await relayOutbox(eventsAt(at, [{ on: /^send$/, how: "lost" }]).deps);
    expect(await relayOutbox(eventsAt(at).deps)).toBe(1);
    expect(await relayOutbox(eventsAt(at + handleLeaseMs - 1).deps)).toBe(0);
    expect(await relayOutbox(eventsAt(at + handleLeaseMs).deps)).toBe(1);
    expect((await eventsAt(at).deps.outbox.state()).resent).toBe(0);
    // Each time that the queue took it doubles the wait.
    expect(await relayOutbox(eventsAt(at + 3 * handleLeaseMs - 1).deps)).toBe(0);
    const third = eventsAt(at + 3 * handleLeaseMs).deps;
    expect(await third.queue.backlog()).toEqual({ messages: 0, oldestAt: undefined });
    expect(await relayOutbox(third)).toBe(1);
    // Taken three times and not handled: what the queue does with such a message is bury it.
    expect((await third.outbox.state()).resent).toBe(1);
    expect(await third.queue.backlog()).toEqual({ messages: 1, oldestAt: at + 3 * handleLeaseMs - 7_000 });
  });

  it("left a backlog: a request sends one batch of it, and marks old and new by one statement", async () => {
    await clear();
    await store([newEvent()]);
    expect(await relayOutbox(eventsAt(now).deps, 1)).toBe(1);
    const later = now + handleLeaseMs;
    await store(times(59, () => newEvent()));
    const { deps } = eventsAt(later);
    const marked = vi.spyOn(deps.outbox, "markSent");
    expect(await relayOutbox(deps, 1)).toBe(50);
    expect(marked).toHaveBeenCalledTimes(1);
    expect(await relayOutbox(deps, 1)).toBe(10);
    // The one that was sent before waits twice as long as the others.
    expect(await claimed(later + handleLeaseMs)).toBe(1);
    expect(await claimed(later + 2 * handleLeaseMs - 1)).toBe(1);
    expect(await claimed(later + 2 * handleLeaseMs)).toBe(0);
  });
});
