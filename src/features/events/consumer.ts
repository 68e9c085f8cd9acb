import { z } from "zod";
import { bindContext, processMessage, type TraceCarrier } from "../../../telemetry/kit/index.ts";
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
  requestId: z.string().nullish(),
  correlationId: z.string().nullish(),
});

/** Handles one message of the queue; what fails is retried, and ends in the dead-letter queue while its outbox row stays open. */
export async function consumeEvent(
  deps: Pick<EventDeps, "clock" | "outbox">,
  received: Message<unknown>,
): Promise<void> {
  const parsed = message.safeParse(received.body);
  const work = async () => {
    if (!parsed.success) throw new Error("the message is not an event of ours");
    const event = parsed.data as Event;
    bindContext({
      "frontdesk.request.id": event.requestId ?? undefined,
      "frontdesk.correlation.id": event.correlationId ?? undefined,
      "frontdesk.tenant.id": event.tenantId,
    });
    await handleEvent(deps, event);
  };
  try {
    // The kit records what is thrown, and links the span to the send and to the request that wrote the row.
    await processMessage(received, work, {
      links: parsed.success ? [parsed.data.trace as TraceCarrier] : [],
    });
    received.ack();
  } catch {
    received.retry();
  }
}
