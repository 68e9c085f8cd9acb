import type { AttributeName, Attributes } from "./attributes.ts";

/**
 * The registry of spans that the kit makes for entry points and bindings.
 * `{attribute}` in a name stands for the value of that attribute; `_OTHER` is written as HTTP there.
 */
type BindingSpan = {
  readonly kind: "SERVER" | "CLIENT" | "PRODUCER" | "CONSUMER" | "INTERNAL";
  /** The first whose attributes the span has is its name. */
  readonly names: readonly [string, ...string[]];
  /** Attributes of one value, by which the row is told from others. */
  readonly is?: Attributes;
  /** Without these none ends, however it ends. */
  readonly required: readonly AttributeName[];
  /** What else it may carry, next to `everySpan`. */
  readonly attributes: readonly AttributeName[];
};

const rpc = { "rpc.system.name": "cloudflare-workers" } as const;
const d1 = { "db.system.name": "cloudflare-d1", "cloudflare.binding.type": "d1" } as const;
const queue = { "messaging.system": "cloudflare-queues", "cloudflare.binding.type": "queue" } as const;

const httpEntry = {
  kind: "SERVER",
  names: ["{http.request.method} {http.route}", "{http.request.method}"],
  required: ["http.request.method", "url.scheme", "url.path", "http.response.status_code"],
  attributes: [
    "frontdesk.tenant.tier",
    "http.request.method_original",
    "http.route",
    "cloudflare.colo",
    "cloudflare.ray_id",
    "user_agent.synthetic.type",
    "frontdesk.keep",
    "frontdesk.problem.code",
  ],
} as const;

export const bindingSpans = {
  "http.server": { ...httpEntry, is: { "frontdesk.sli": true } },
  "http.internal": httpEntry,
  scheduled: {
    kind: "SERVER",
    names: ["scheduled {faas.cron}"],
    is: { "faas.trigger": "timer" },
    required: ["faas.cron"],
    attributes: [],
  },
  "queue.process": {
    kind: "CONSUMER",
    names: ["process {messaging.destination.name}"],
    is: {
      ...queue,
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "faas.trigger": "pubsub",
    },
    required: ["messaging.destination.name", "messaging.message.id"],
    attributes: ["messaging.message.delivery_attempt"],
  },
  "durable_object.server": {
    kind: "SERVER",
    names: ["{rpc.method}"],
    is: rpc,
    required: ["rpc.method"],
    attributes: ["http.request.method", "http.request.method_original", "http.response.status_code"],
  },
  "durable_object.alarm": {
    kind: "SERVER",
    names: ["{rpc.method}"],
    is: { "faas.trigger": "timer" },
    required: ["rpc.method"],
    attributes: [],
  },
  "durable_object.event": {
    kind: "SERVER",
    names: ["{rpc.method}"],
    is: { "faas.trigger": "other" },
    required: ["rpc.method"],
    attributes: [],
  },
  "durable_object.constructor": {
    kind: "INTERNAL",
    names: ["{rpc.method}"],
    required: ["rpc.method"],
    attributes: [],
  },
  "durable_object.sql": {
    kind: "CLIENT",
    names: ["{db.query.summary}"],
    is: {
      "db.system.name": "cloudflare-durable-object-sql",
      "cloudflare.binding.type": "durable_object_storage",
    },
    required: ["db.operation.name", "db.query.summary", "db.query.text"],
    attributes: ["db.collection.name"],
  },
  "durable_object.storage": {
    kind: "CLIENT",
    names: ["{db.operation.name} storage"],
    is: { "cloudflare.binding.type": "durable_object_storage" },
    required: ["db.operation.name"],
    attributes: [],
  },
  "durable_object.client": {
    kind: "CLIENT",
    names: ["{rpc.method}"],
    is: { ...rpc, "cloudflare.binding.type": "durable_object" },
    required: ["rpc.method", "cloudflare.binding.name"],
    attributes: ["http.response.status_code"],
  },
  "service.client": {
    kind: "CLIENT",
    names: ["{rpc.method}"],
    is: { ...rpc, "cloudflare.binding.type": "service" },
    required: ["rpc.method", "cloudflare.binding.name"],
    attributes: ["http.response.status_code"],
  },
  "d1.client": {
    kind: "CLIENT",
    names: ["{db.query.summary}"],
    is: d1,
    required: ["cloudflare.binding.name", "db.operation.name", "db.query.summary", "db.query.text"],
    attributes: [
      "db.collection.name",
      "db.response.returned_rows",
      "cloudflare.d1.rows_read",
      "cloudflare.d1.rows_written",
    ],
  },
  "d1.batch": {
    kind: "CLIENT",
    names: ["{db.query.summary}"],
    is: { ...d1, "db.operation.name": "batch" },
    required: ["cloudflare.binding.name", "db.operation.batch.size", "db.query.summary"],
    attributes: ["db.response.returned_rows", "cloudflare.d1.rows_read", "cloudflare.d1.rows_written"],
  },
  "d1.exec": {
    kind: "CLIENT",
    names: ["EXEC {cloudflare.binding.name}"],
    is: { ...d1, "db.operation.name": "exec", "db.query.summary": "EXEC" },
    required: ["cloudflare.binding.name", "db.query.text"],
    attributes: [],
  },
  "kv.client": {
    kind: "CLIENT",
    names: ["{db.operation.name} {cloudflare.binding.name}"],
    is: { "db.system.name": "cloudflare-kv", "cloudflare.binding.type": "kv" },
    required: ["cloudflare.binding.name", "db.operation.name"],
    attributes: [],
  },
  "r2.client": {
    kind: "CLIENT",
    names: ["{db.operation.name} {cloudflare.binding.name}"],
    is: { "cloudflare.binding.type": "r2" },
    required: ["cloudflare.binding.name", "db.operation.name"],
    attributes: [],
  },
  "cache.client": {
    kind: "CLIENT",
    names: ["{db.operation.name} cache:{cloudflare.binding.name}"],
    is: { "cloudflare.binding.type": "cache" },
    required: ["db.operation.name", "cloudflare.binding.name"],
    attributes: ["cloudflare.cache.hit"],
  },
  "queue.metrics": {
    kind: "CLIENT",
    names: ["metrics {messaging.destination.name}"],
    is: { ...queue, "messaging.operation.name": "metrics" },
    required: ["messaging.destination.name", "cloudflare.binding.name"],
    attributes: [],
  },
  "queue.send": {
    kind: "PRODUCER",
    names: ["{messaging.operation.name} {messaging.destination.name}"],
    is: { ...queue, "messaging.operation.type": "send" },
    required: ["messaging.destination.name", "messaging.operation.name", "cloudflare.binding.name"],
    attributes: ["messaging.batch.message_count"],
  },
  "http.client": {
    kind: "CLIENT",
    names: ["{http.request.method}"],
    is: { "cloudflare.binding.type": "fetch" },
    required: ["http.request.method", "url.full", "server.address", "server.port"],
    attributes: ["http.request.method_original", "http.response.status_code"],
  },
} as const satisfies Record<string, BindingSpan>;

export type BindingSpanName = keyof typeof bindingSpans;
