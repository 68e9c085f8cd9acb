import { record } from "../../../telemetry/kit/index.ts";
import type { EventDeps } from "./ports.ts";

/** Writes the gauges of events. Only cron calls it: many isolates have no one value. */
export async function measureOutbox({
  clock,
  outbox,
  queue,
}: Pick<EventDeps, "clock" | "outbox" | "queue">): Promise<void> {
  const { oldestOpenAt, open } = await outbox.state();
  record("frontdesk.outbox.age", oldestOpenAt === undefined ? 0 : Math.max(0, clock() - oldestOpenAt) / 1000);
  record("frontdesk.outbox.pending", open);
  record("frontdesk.queue.backlog", await queue.backlog(), {
    "messaging.destination.name": queue.name,
  });
}
