import { record } from "../../../telemetry/kit/index.ts";
import type { EventDeps } from "./ports.ts";

/** Writes the gauges of events. Only cron calls it: many isolates have no one value. */
export async function measureOutbox({
  clock,
  outbox,
  queue,
}: Pick<EventDeps, "clock" | "outbox" | "queue">): Promise<void> {
  const age = (since: number | undefined) => (since === undefined ? 0 : Math.max(0, clock() - since) / 1000);
  const { oldestOpenAt, open, resent } = await outbox.state();
  record("frontdesk.outbox.age", age(oldestOpenAt));
  record("frontdesk.outbox.pending", open);
  record("frontdesk.outbox.resent", resent);
  const { messages, oldestAt } = await queue.backlog();
  record("frontdesk.queue.backlog", messages, { "messaging.destination.name": queue.name });
  record("frontdesk.queue.age", age(oldestAt), { "messaging.destination.name": queue.name });
}
