import type { Event, EventDeps } from "./ports.ts";

/** The queue of events; a message carries its event whole. */
export function eventQueue(queue: Queue<unknown>, name: string): EventDeps["queue"] {
  return {
    name,
    async send(events: readonly Event[]) {
      await queue.sendBatch(events.map((event) => ({ body: event, contentType: "json" })));
    },
    backlog: async () => (await queue.metrics()).backlogCount,
  };
}
