import { capture, span } from "../../../telemetry/kit/index.ts";
import { within } from "../../platform/deadline.ts";
import type { Event, EventDeps } from "./ports.ts";

/** A queue that does not answer by then is asked again after the lease. */
export const sendTimeoutMs = 10_000;
/** Longer than the send timeout, so that no second relay sends what the first may still be sending. */
export const sendLeaseMs = 30_000;
/** Time for a delivery and its first retries; a resend that crosses one is counted once. */
export const handleLeaseMs = 30_000;
const handleLease = { firstMs: handleLeaseMs, maxMs: 3_600_000 } as const;
/** A queue takes 100 messages at once and D1 100 bound values; half of that leaves room for both. */
const batchMax = 50;

/**
 * Claims due events and sends them. What was sent but not handled within its lease is due again.
 * Stops at the first batch that fails, so that a queue that hangs does not cost one timeout for each batch of the backlog.
 *
 * @param batches  at most so many; a request takes one, so that a backlog is no burden of its own
 * @returns events sent
 */
export async function relayOutbox(
  deps: Pick<EventDeps, "clock" | "outbox" | "queue">,
  batches = Number.POSITIVE_INFINITY,
): Promise<number> {
  let sent = 0;
  for (let batch = 0; batch < batches; batch++) {
    const now = deps.clock();
    const claimed = await deps.outbox.claim(now, now + sendLeaseMs, batchMax);
    if (claimed.length === 0 || !(await send(deps, claimed))) return sent;
    sent += claimed.length;
    if (claimed.length < batchMax) return sent;
  }
  return sent;
}

function send(
  { clock, outbox, queue }: Pick<EventDeps, "clock" | "outbox" | "queue">,
  claimed: readonly Event[],
) {
  const links = claimed.flatMap(({ trace }) => (trace ? [trace] : []));
  const work = async (active: { fail(type: "unavailable"): void }): Promise<boolean> => {
    try {
      await within(queue.send(claimed), sendTimeoutMs, () => {
        throw new Error("the queue did not answer in time");
      });
      await outbox.markSent(
        claimed.map(({ id }) => id),
        clock(),
        handleLease,
      );
      return true;
    } catch (error) {
      // The lease runs out and they are sent again, under the same ids.
      active.fail("unavailable");
      capture(error, { "frontdesk.module": "events" });
      return false;
    }
  };
  return span("outbox.relay", { "messaging.batch.message_count": claimed.length }, work, { links });
}
