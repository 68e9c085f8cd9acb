import { carrierOf } from "../active.ts";
import { destinationOf } from "../config.ts";
import { envelope } from "../envelope.ts";
import { type LooseAttributes, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";
import { finishCall, startCall, tracedCall } from "./client-call.ts";
import { overlay } from "./overlay.ts";

type Options = { readonly contentType?: string };

/** Queues: one PRODUCER span per send, whose context travels beside the body; one CLIENT span per look at the backlog. */
export function instrumentQueue(raw: Queue<unknown>, binding: string): Queue<unknown> {
  const queue = destinationOf(binding) ?? kebabCase(binding);
  return overlay(raw, {
    send: (body: unknown, options?: QueueSendOptions) => {
      const span = startCall(`send ${queue}`, attributesOf(binding, queue, "send"), spanKinds.PRODUCER);
      return produce(span, () => raw.send(carried(body, options, span), options));
    },
    sendBatch: (messages: Iterable<MessageSendRequest<unknown>>, options?: QueueSendBatchOptions) => {
      const list = [...messages];
      const span = startCall(
        `sendBatch ${queue}`,
        attributesOf(binding, queue, "sendBatch"),
        spanKinds.PRODUCER,
      );
      span.attributes["messaging.batch.message_count"] = list.length;
      const send = () =>
        raw.sendBatch(
          list.map((message) => ({ ...message, body: carried(message.body, message, span) })),
          options,
        );
      return produce(span, send);
    },
    metrics: () =>
      tracedCall(`metrics ${queue}`, attributesOf(binding, queue, "metrics"), () => raw.metrics()),
  });
}

// The platform does not tell the queue, whose name cannot have capitals; ROOM_EVENTS is room-events unless bindingNames says otherwise.
const kebabCase = (binding: string) => binding.toLowerCase().replaceAll("_", "-");

async function produce<T>(span: KitSpan, send: () => Promise<T>): Promise<T> {
  return finishCall(span, (async () => send())());
}

// Text and bytes have no room for a second field: such messages travel alone, and their consumer starts without a link.
const carried = (body: unknown, options: Options | undefined, span: KitSpan) =>
  options?.contentType === "text" || options?.contentType === "bytes"
    ? body
    : envelope(body, carrierOf(span));

const attributesOf = (
  binding: string,
  queue: string,
  operation: "send" | "sendBatch" | "metrics",
): LooseAttributes => ({
  "messaging.system": "cloudflare-queues",
  "messaging.destination.name": queue,
  "messaging.operation.name": operation,
  "messaging.operation.type": operation === "metrics" ? undefined : "send",
  "cloudflare.binding.type": "queue",
  "cloudflare.binding.name": binding,
});
