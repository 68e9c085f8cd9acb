import { span } from "../../../telemetry/kit/index.ts";
import type { Event, EventDeps } from "./ports.ts";

/** The effects of one event, once, however often it is delivered. */
export function handleEvent(
  deps: Pick<EventDeps, "clock" | "outbox">,
  event: Event,
): Promise<"handled" | "duplicate"> {
  // Not frontdesk.event.name: what happened was counted where it happened.
  const attributes = { "frontdesk.event.type": event.type, "frontdesk.event.id": event.id };
  const work = async (active: { annotate(attributes: { "frontdesk.outcome": string }): void }) => {
    const outcome = await deps.outbox.handle(event, deps.clock());
    active.annotate({ "frontdesk.outcome": outcome });
    return outcome;
  };
  return span("event.handle", attributes, work);
}
