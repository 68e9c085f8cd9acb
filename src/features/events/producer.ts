import type { Event, EventDeps } from "./ports.ts";

/** The queue of events; a message carries its event whole. */
export function eventQueue(queue: Queue<unknown>, name: string): EventDeps["queue"] {
  return {
    name,
    async send(events: readonly Event[]) {
      await queue.sendBatch(events.map((event) => ({ body: event, contentType: "json" })));
    },
    async backlog() {
      const { backlogCount, oldestMessageTimestamp } = await queue.metrics();
      // An empty queue says nothing, or 1970.
      const oldestAt = Number(oldestMessageTimestamp ?? 0);
      return { messages: backlogCount, oldestAt: backlogCount > 0 && oldestAt > 0 ? oldestAt : undefined };
    },
  };
}
