import { type ActiveSpan, isThenable } from "../active.ts";
import { captureOn } from "../capture.ts";
import { startEntry } from "../context.ts";
import { openEnvelope } from "../envelope.ts";
import { type Host, requestFlush } from "../export/flush.ts";
import { parseTraceparent, type RemoteContext, remotesOf, type TraceCarrier } from "../propagate.ts";
import { type LooseAttributes, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";
import { type Entry, enter } from "./invocation.ts";

type Delivery = {
  readonly host: Host;
  readonly queue: string;
  readonly link: RemoteContext | undefined;
  readonly startMs: number;
  processed: boolean;
  /** What its processing was rejected with, which has its record. */
  rejection?: unknown;
};
const deliveries = new WeakMap<object, Delivery>();

/** What is known about a message besides what it brings. */
export type ProcessOptions = {
  /** Further causes of this message, e.g. the request that wrote its outbox row. */
  readonly links?: readonly (TraceCarrier | undefined)[];
};

/**
 * Runs the work of one message in its CONSUMER span, which is linked to whoever sent it.
 * A rejection is recorded as a fault and passes on, so that the caller decides between ack and retry.
 */
export function processMessage<T>(
  message: Message<unknown>,
  work: (active: ActiveSpan) => T,
  options: ProcessOptions = {},
): T {
  const delivery = deliveries.get(message) ?? unknownDelivery();
  delivery.processed = true;
  const links = [...(delivery.link ? [delivery.link] : []), ...remotesOf(options.links ?? [])];
  return enter(delivery.host, consumerEntry(delivery.queue, message, links), work, {
    onError: (_span, error) => {
      delivery.rejection = error;
    },
  });
}

// A message that did not come through an instrumented worker: it has a span, but nobody to keep an export alive.
const unknownDelivery = (): Delivery => ({
  host: { waitUntil: () => {}, patient: true },
  queue: "unknown",
  link: undefined,
  startMs: Date.now(),
  processed: false,
});

const consumerEntry = (queue: string, message: Message<unknown>, links: readonly RemoteContext[]): Entry => ({
  ...consumerStart(queue, message, links),
  capturesErrors: true,
});

const consumerStart = (queue: string, message: Message<unknown>, links: readonly RemoteContext[]) => ({
  name: `process ${queue}`,
  kind: spanKinds.CONSUMER,
  attributes: consumerAttributes(queue, message),
  links: dedupe(links),
});

const dedupe = (links: readonly RemoteContext[]) => [
  ...new Map(links.map((link) => [`${link.traceId}${link.spanId}`, link])).values(),
];

const consumerAttributes = (queue: string, message: Message<unknown>): LooseAttributes => ({
  "messaging.system": "cloudflare-queues",
  "messaging.destination.name": queue,
  "messaging.operation.name": "process",
  "messaging.operation.type": "process",
  "messaging.message.id": message.id,
  "messaging.message.delivery_attempt": message.attempts,
  "cloudflare.binding.type": "queue",
  "faas.trigger": "pubsub",
});

/** Unwraps the messages of a batch; those that the handler does not give to `processMessage` get their span when it is over. */
export function enterBatch<T>(
  host: Host,
  batch: MessageBatch<unknown>,
  work: (batch: MessageBatch<unknown>) => T,
): T {
  const startMs = Date.now();
  const messages = batch.messages.map((message) => {
    const { body, trace } = openEnvelope(message.body);
    const seen = trace === undefined ? message : withBody(message, body);
    const link = trace && parseTraceparent(trace.traceparent, trace.tracestate);
    deliveries.set(seen, { host, queue: batch.queue, link, startMs, processed: false });
    return seen;
  });
  const known = (message: Message<unknown>) => deliveries.get(message) as Delivery;
  const close = (failure?: Failure) => {
    const left = messages.filter((message) => !known(message).processed);
    const spans = left.map((message) => spanUnprocessed(message, known(message)));
    // One record of it, on the first span that failed; none if it has one as the failure of a message.
    if (failure && !messages.some((message) => known(message).rejection === failure.error))
      captureOn(failure.error, spans[0], { "frontdesk.module": "queue" });
    for (const span of spans) {
      if (failure) span.failWith(failure.error);
      span.end();
    }
    requestFlush(host);
  };
  return settleBatch(() => work(withMessages(batch, messages)), close);
}

/** What a handler threw, which may be undefined. */
type Failure = { readonly error: unknown };

function settleBatch<T>(work: () => T, finish: (failure?: Failure) => void): T {
  const failed = (error: unknown): never => {
    finish({ error });
    throw error;
  };
  try {
    const result = work();
    if (!isThenable(result)) {
      finish();
      return result;
    }
    return result.then((value: unknown) => {
      finish();
      return value;
    }, failed) as T;
  } catch (error) {
    return failed(error);
  }
}

/** The span of a message that the handler dealt with by itself. */
function spanUnprocessed(message: Message<unknown>, { host, queue, link, startMs }: Delivery): KitSpan {
  const invocation = { fields: {}, encoded: undefined, object: undefined, waitUntil: host.waitUntil };
  const start = { ...consumerStart(queue, message, link ? [link] : []), startMs };
  return startEntry({ start, parent: undefined, invocation }).span;
}

const withBody = (message: Message<unknown>, body: unknown): Message<unknown> =>
  new Proxy(message, { get: (target, name) => (name === "body" ? body : bound(target, name)) });

const withMessages = (
  batch: MessageBatch<unknown>,
  messages: readonly Message<unknown>[],
): MessageBatch<unknown> =>
  new Proxy(batch, { get: (target, name) => (name === "messages" ? messages : bound(target, name)) });

// Methods of platform objects refuse a proxy as `this`.
function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === "function" ? value.bind(target) : value;
}
