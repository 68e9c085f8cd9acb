/**
 * The registry of attribute names: what is not here does not compile.
 * `bound` is the largest number of distinct values; only bounded attributes may become metric labels.
 */
type Attribute = {
  readonly type: "string" | "int" | "double" | "boolean";
  readonly bound: number | "unbounded";
  readonly values?: readonly string[];
  /** Listed only to be refused by name. */
  readonly exported?: false;
};

// Named, because the Worker's bundle carries every mention.
const answer = "answer";
const fault = "fault";

/**
 * Closed set of `error.type` and of the `code` of a problem document, and what each marks.
 * `answer`: what a caller did wrong, or gave up; the span says why, but has not failed. `fault`: it has.
 */
export const errorTypes = {
  invalid_request: answer,
  malformed_body: answer,
  unauthenticated: answer,
  forbidden: answer,
  not_found: answer,
  method_not_allowed: answer,
  unsupported_media_type: answer,
  payload_too_large: answer,
  slot_taken: answer,
  not_cancellable: answer,
  version_conflict: answer,
  precondition_failed: answer,
  slug_taken: answer,
  idempotency_key_missing: answer,
  idempotency_key_reused: answer,
  idempotency_in_flight: answer,
  rate_limited: answer,
  unavailable: fault,
  outcome_unknown: fault,
  timeout: fault,
  connection_lost: fault,
  constraint: fault,
  overloaded: fault,
  aborted: answer,
  internal: fault,
  _OTHER: fault,
} as const satisfies Record<string, "answer" | "fault">;
/** Why something failed: one of a closed set, so that it can be a label. */
export type ErrorType = keyof typeof errorTypes;
const errorTypeNames = Object.keys(errorTypes) as ErrorType[];

const httpMethods = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "QUERY",
  "_OTHER",
] as const;

// Short forms of a row, because the Worker's bundle carries every one.
const text = { type: "string", bound: "unbounded" } as const;
const int = { type: "int", bound: "unbounded" } as const;
const double = { type: "double", bound: "unbounded" } as const;
const boolean = { type: "boolean", bound: 2 } as const;
const label = (bound: number) => ({ type: "string", bound }) as const;
const intLabel = (bound: number) => ({ type: "int", bound }) as const;
/** A closed set; its size is the bound. */
const oneOf = <const V extends readonly string[]>(...values: V) =>
  ({ type: "string", bound: values.length, values }) as const;

export const attributes = {
  // HTTP, semantic conventions 1.44
  "http.request.method": oneOf(...httpMethods),
  "http.request.method_original": text,
  "http.route": label(100),
  "http.response.status_code": intLabel(60),
  "http.request.body.size": int,
  "url.path": text,
  "url.scheme": oneOf("http", "https"),
  "url.full": text,
  "server.address": label(100),
  "server.port": intLabel(100),
  "client.address": { ...text, exported: false },
  "network.protocol.version": label(5),
  "user_agent.synthetic.type": oneOf("bot", "test"),
  "error.type": oneOf(...errorTypeNames),
  // Databases and storage
  "db.system.name": oneOf("cloudflare-d1", "cloudflare-kv", "cloudflare-durable-object-sql"),
  "db.operation.name": label(40),
  "db.operation.batch.size": int,
  "db.collection.name": label(60),
  "db.query.summary": label(300),
  "db.query.text": text,
  "db.response.returned_rows": int,
  "cloudflare.d1.rows_read": int,
  "cloudflare.d1.rows_written": int,
  // Remote calls
  "rpc.system.name": oneOf("cloudflare-workers"),
  "rpc.method": label(100),
  // Messaging
  "messaging.system": oneOf("cloudflare-queues"),
  "messaging.destination.name": label(10),
  "messaging.operation.name": oneOf("send", "sendBatch", "process", "metrics"),
  "messaging.operation.type": oneOf("send", "receive", "process"),
  "messaging.message.id": text,
  "messaging.batch.message_count": int,
  "messaging.message.delivery_attempt": int,
  // Platform
  "cloud.provider": oneOf("cloudflare"),
  "cloud.platform": oneOf("cloudflare.workers"),
  "cloudflare.binding.type": oneOf(
    "d1",
    "kv",
    "r2",
    "queue",
    "durable_object",
    "durable_object_storage",
    "service",
    "fetch",
    "cache",
  ),
  "cloudflare.cache.hit": boolean,
  "cloudflare.binding.name": label(30),
  "cloudflare.colo": label(400),
  "cloudflare.ray_id": text,
  "cloudflare.handler_type": oneOf(
    "fetch",
    "jsrpc",
    "scheduled",
    "alarm",
    "queue",
    "email",
    "trace",
    "hibernatableWebSocket",
    "_OTHER",
  ),
  "cloudflare.outcome": oneOf(
    "ok",
    "canceled",
    "exception",
    "unknown",
    "killSwitch",
    "daemonDown",
    "exceededCpu",
    "exceededMemory",
    "loadShed",
    "responseStreamDisconnected",
    "scriptNotFound",
    "internalError",
    "exceededWallTime",
    "aborted",
    "_OTHER",
  ),
  "faas.trigger": oneOf("http", "pubsub", "timer", "datasource", "other"),
  "faas.cron": label(10),
  "service.name": label(5),
  "service.namespace": label(1),
  "service.version": label(100),
  "service.instance.id": text,
  "deployment.environment.name": oneOf("local", "staging", "production"),
  "telemetry.sdk.name": label(1),
  "telemetry.sdk.language": oneOf("webjs"),
  // Log records
  "event.name": label(100),
  // Exceptions, on log records
  "exception.type": label(100),
  "exception.message": text,
  "exception.stacktrace": text,
  // Frontdesk
  "frontdesk.sli": boolean,
  "frontdesk.event.name": label(60),
  "frontdesk.event.type": label(60),
  "frontdesk.event.id": text,
  "frontdesk.tenant.id": text,
  "frontdesk.tenant.tier": oneOf("none", "free", "pro", "internal"),
  "frontdesk.request.id": text,
  "frontdesk.correlation.id": text,
  "frontdesk.module": label(30),
  "frontdesk.outcome": label(60),
  "frontdesk.attempt.id": text,
  "frontdesk.booking.id": text,
  "frontdesk.room.id": text,
  "frontdesk.duration": double,
  "frontdesk.problem.code": oneOf(...errorTypeNames),
  "frontdesk.keep": boolean,
  "frontdesk.drop.reason": oneOf(
    "buffer_full",
    "too_large",
    "rejected",
    "partial_success",
    "retries_exhausted",
    "encode_error",
    "rate_limited",
  ),
  "frontdesk.suppression.reason": oneOf("sampled", "rate_limited"),
  "frontdesk.uncertain.reason": oneOf("no_answer", "unreadable_answer", "sender_gone"),
  "frontdesk.signal": oneOf("traces", "logs", "metrics"),
  "frontdesk.check": oneOf("d1", "kv", "r2", "durable_object", "queue"),
  "frontdesk.probe.step": oneOf("health", "login", "availability", "book", "cancel"),
} as const satisfies Record<string, Attribute>;

/** Who sends: attributes of the resource, on every signal. */
export const resourceAttributes = [
  "service.name",
  "service.version",
  "service.instance.id",
  "deployment.environment.name",
  "cloud.provider",
  "cloud.platform",
  "telemetry.sdk.name",
  "telemetry.sdk.language",
] as const satisfies readonly AttributeName[];

export type AttributeName = keyof typeof attributes;
type Scalar = { string: string; int: number; double: number; boolean: boolean };
type ValueOf<A extends Attribute> = A extends { values: readonly (infer V)[] } ? V : Scalar[A["type"]];
/** A bag of known attributes with values of their declared type. `undefined` is left out when exported. */
export type Attributes = {
  readonly [N in AttributeName as (typeof attributes)[N] extends { exported: false } ? never : N]?:
    | ValueOf<(typeof attributes)[N]>
    | undefined;
};
/** Attributes with a bounded number of values: the only ones that may become metric labels. */
export type BoundedAttributeName = {
  [N in AttributeName]: (typeof attributes)[N]["bound"] extends number ? N : never;
}[AttributeName];
