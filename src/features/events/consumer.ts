import { z } from "zod";
import { capture } from "../../../telemetry/kit/index.ts";
import type { Id } from "../../platform/ids.ts";
import { handleEvent } from "./handle-event.ts";
import type { Event, EventDeps } from "./ports.ts";

const message = z.object({
  id: z.string().transform((id) => id as Id<"event">),
  tenantId: z.string(),
  type: z.enum(["booking.created", "booking.cancelled"]),
  aggregate: z.string(),
  sequence: z.int(),
  payload: z.record(z.string(), z.unknown()),
  at: z.number(),
  trace: z.object({ traceparent: z.string(), tracestate: z.string().optional() }).optional(),
});

/** Handles one message of the queue; what fails is retried, and ends in the dead-letter queue while its outbox row stays open. */
export async function consumeEvent(
  deps: Pick<EventDeps, "clock" | "outbox">,
  received: Message<unknown>,
): Promise<void> {
  try {
    const event: Event = message.parse(received.body);
    await handleEvent(deps, event);
    received.ack();
  } catch (error) {
    capture(error, { "messaging.message.id": received.id });
    received.retry();
  }
}
