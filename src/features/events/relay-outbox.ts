import { capture, span } from "../../../telemetry/kit/index.ts";
import { within } from "../../platform/deadline.ts";
import type { Claimed, EventDeps } from "./ports.ts";

/** A queue that does not answer by then is asked again after the lease. */
export const sendTimeoutMs = 10_000;
/** Longer than the send timeout, so that no second relay sends what the first may still be sending. */
export const sendLeaseMs = 30_000;
/**
 * Time for a delivery and its first retries; a resend that crosses one is counted once.
 * Doubles with each time that the queue took it, up to the largest, so a poisonous event does not drum; an outage of the queue doubles nothing.
 */
export const handleLeaseMs = 30_000;
const handleLeaseMaxMs = 3_600_000;
/** A queue takes 100 messages at once and D1 100 bound values; half of that leaves room for both. */
const batchMax = 50;

/**
 * Claims due events and sends them. What was sent but not handled within its lease is due again.
 * Stops at the first batch that fails, so that a queue that hangs does not cost one timeout for each batch of the backlog.
 *
 * @returns events sent
 */
export async function relayOutbox(deps: Pick<EventDeps, "clock" | "outbox" | "queue">): Promise<number> {
  let sent = 0;
  for (;;) {
    const now = deps.clock();
    const claimed = await deps.outbox.claim(now, now + sendLeaseMs, batchMax);
    if (claimed.length === 0 || !(await send(deps, claimed))) return sent;
    sent += claimed.length;
    if (claimed.length < batchMax) return sent;
  }
}

function send(
  { clock, outbox, queue }: Pick<EventDeps, "clock" | "outbox" | "queue">,
  claimed: readonly Claimed[],
) {
  const links = claimed.flatMap(({ trace }) => (trace ? [trace] : []));
  const work = async (active: { fail(type: "unavailable"): void }): Promise<boolean> => {
    try {
      await within(queue.send(claimed), sendTimeoutMs, () => {
        throw new Error("the queue did not answer in time");
      });
      const now = clock();
      for (const [sends, events] of Map.groupBy(claimed, (event) => event.sends)) {
        await outbox.markSent(
          events.map(({ id }) => id),
          now,
          now + handleLease(sends),
        );
      }
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

const handleLease = (sends: number) => Math.min(handleLeaseMaxMs, handleLeaseMs * 2 ** sends);
