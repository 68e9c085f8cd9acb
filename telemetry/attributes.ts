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
  readonly brief: string;
};

/**
 * Closed set of `error.type` and of the `code` of a problem document, and what each marks.
 * `answer`: what a caller did wrong, or gave up; the span says why, but has not failed. `fault`: it has.
 */
export const errorTypes = {
  invalid_request: "answer",
  malformed_body: "answer",
  unauthenticated: "answer",
  forbidden: "answer",
  not_found: "answer",
  method_not_allowed: "answer",
  unsupported_media_type: "answer",
  payload_too_large: "answer",
  slot_taken: "answer",
  not_cancellable: "answer",
  version_conflict: "answer",
  precondition_failed: "answer",
  slug_taken: "answer",
  idempotency_key_missing: "answer",
  idempotency_key_reused: "answer",
  idempotency_in_flight: "answer",
  rate_limited: "answer",
  unavailable: "fault",
  outcome_unknown: "fault",
  timeout: "fault",
  connection_lost: "fault",
  constraint: "fault",
  overloaded: "fault",
  aborted: "answer",
  internal: "fault",
  _OTHER: "fault",
} as const satisfies Record<string, "answer" | "fault">;
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

export const attributes = {
  // HTTP, semantic conventions 1.44
  "http.request.method": {
    type: "string",
    bound: 11,
    values: httpMethods,
    brief: "Known method, else _OTHER.",
  },
  "http.request.method_original": {
    type: "string",
    bound: "unbounded",
    brief: "The method as sent, when it is _OTHER.",
  },
  "http.route": { type: "string", bound: 100, brief: "Route template, e.g. /v1/bookings/{booking_id}." },
  "http.response.status_code": { type: "int", bound: 60, brief: "Status code of the response." },
  "http.request.body.size": {
    type: "int",
    bound: "unbounded",
    brief: "Bytes of the request body, as declared.",
  },
  "url.path": { type: "string", bound: "unbounded", brief: "Path without query." },
  "url.scheme": { type: "string", bound: 2, values: ["http", "https"], brief: "Scheme of the request." },
  "url.full": {
    type: "string",
    bound: "unbounded",
    brief: "Outbound URL; credentials and query values redacted.",
  },
  "server.address": { type: "string", bound: 100, brief: "Host of the server." },
  "server.port": { type: "int", bound: 100, brief: "Port of the server." },
  "client.address": {
    type: "string",
    bound: "unbounded",
    exported: false,
    brief: "Never exported by default; listed to be refused by name.",
  },
  "network.protocol.version": { type: "string", bound: 5, brief: "HTTP version, e.g. 2." },
  "user_agent.synthetic.type": {
    type: "string",
    bound: 2,
    values: ["bot", "test"],
    brief: "Set on probe and load-test traffic.",
  },
  "error.type": {
    type: "string",
    bound: 30,
    values: errorTypeNames,
    brief: "Why it failed, from a closed set. On the entry span of a request at 5xx only.",
  },
  // Databases and storage
  "db.system.name": {
    type: "string",
    bound: 3,
    values: ["cloudflare-d1", "cloudflare-kv", "cloudflare-durable-object-sql"],
    brief: "The storage that was called.",
  },
  "db.operation.name": { type: "string", bound: 40, brief: "Method or SQL verb, e.g. SELECT, batch, get." },
  "db.operation.batch.size": { type: "int", bound: "unbounded", brief: "Statements of a batch." },
  "db.collection.name": { type: "string", bound: 60, brief: "Table named by the statement." },
  "db.query.summary": { type: "string", bound: 300, brief: "Verb and table." },
  "db.query.text": {
    type: "string",
    bound: "unbounded",
    brief: "Statement with placeholders; literals replaced by ?.",
  },
  "db.response.returned_rows": { type: "int", bound: "unbounded", brief: "Rows returned." },
  "cloudflare.d1.rows_read": { type: "int", bound: "unbounded", brief: "Rows that D1 scanned." },
  "cloudflare.d1.rows_written": { type: "int", bound: "unbounded", brief: "Rows that D1 wrote." },
  // Remote calls
  "rpc.system.name": { type: "string", bound: 2, values: ["cloudflare-workers"], brief: "Workers RPC." },
  "rpc.method": { type: "string", bound: 60, brief: "Class and method called." },
  // Messaging
  "messaging.system": {
    type: "string",
    bound: 1,
    values: ["cloudflare-queues"],
    brief: "Cloudflare Queues.",
  },
  "messaging.destination.name": { type: "string", bound: 10, brief: "Queue name." },
  "messaging.operation.name": {
    type: "string",
    bound: 4,
    values: ["send", "sendBatch", "process"],
    brief: "What was done.",
  },
  "messaging.operation.type": {
    type: "string",
    bound: 3,
    values: ["send", "receive", "process"],
    brief: "Kind of operation.",
  },
  "messaging.message.id": { type: "string", bound: "unbounded", brief: "Id of the message." },
  "messaging.batch.message_count": { type: "int", bound: "unbounded", brief: "Messages of a batch." },
  "messaging.message.delivery_attempt": { type: "int", bound: "unbounded", brief: "1 at first delivery." },
  // Platform
  "cloud.provider": { type: "string", bound: 1, values: ["cloudflare"], brief: "Resource." },
  "cloud.platform": { type: "string", bound: 1, values: ["cloudflare.workers"], brief: "Resource." },
  "cloudflare.binding.type": {
    type: "string",
    bound: 8,
    values: ["d1", "kv", "r2", "queue", "durable_object", "service", "fetch"],
    brief: "Kind of binding called.",
  },
  "cloudflare.binding.name": { type: "string", bound: 30, brief: "Name of the binding in wrangler.toml." },
  "cloudflare.colo": { type: "string", bound: 400, brief: "Data centre that served the request." },
  "cloudflare.ray_id": { type: "string", bound: "unbounded", brief: "Ray id of the request." },
  "faas.trigger": {
    type: "string",
    bound: 5,
    values: ["http", "pubsub", "timer", "datasource", "other"],
    brief: "Why it ran.",
  },
  "faas.cron": { type: "string", bound: 10, brief: "Cron expression." },
  "service.name": { type: "string", bound: 5, brief: "Resource." },
  "service.namespace": { type: "string", bound: 1, brief: "Resource." },
  "service.version": { type: "string", bound: "unbounded", brief: "Release (git SHA). Resource." },
  "service.instance.id": { type: "string", bound: "unbounded", brief: "Isolate. Resource." },
  "deployment.environment.name": {
    type: "string",
    bound: 3,
    values: ["local", "staging", "production"],
    brief: "Resource.",
  },
  "telemetry.sdk.name": { type: "string", bound: 1, brief: "The kit. Resource." },
  "telemetry.sdk.language": { type: "string", bound: 1, values: ["webjs"], brief: "Resource." },
  // Log records
  "event.name": {
    type: "string",
    bound: 100,
    brief: "What happened, e.g. http.request; also the record's own event name.",
  },
  // Exceptions, on log records
  "exception.type": { type: "string", bound: 100, brief: "Class of the exception." },
  "exception.message": { type: "string", bound: "unbounded", brief: "Scrubbed message." },
  "exception.stacktrace": { type: "string", bound: "unbounded", brief: "Scrubbed stack." },
  // Frontdesk
  "frontdesk.sli": {
    type: "boolean",
    bound: 2,
    brief: "True on the SERVER span of an HTTP entry: this one is counted.",
  },
  "frontdesk.event.name": {
    type: "string",
    bound: 60,
    brief:
      "Business event that happened in this span, e.g. booking.created; set once it has, for it is counted.",
  },
  "frontdesk.event.type": {
    type: "string",
    bound: 60,
    brief: "Type of the outbox event whose effects these are, e.g. booking.created; not counted.",
  },
  "frontdesk.event.id": { type: "string", bound: "unbounded", brief: "Id of an outbox event." },
  "frontdesk.tenant.id": { type: "string", bound: "unbounded", brief: "Tenant; never on metrics." },
  "frontdesk.tenant.tier": {
    type: "string",
    bound: 4,
    values: ["none", "free", "pro", "internal"],
    brief: "Tier of the tenant.",
  },
  "frontdesk.request.id": { type: "string", bound: "unbounded", brief: "X-Request-ID." },
  "frontdesk.correlation.id": { type: "string", bound: "unbounded", brief: "X-Correlation-ID." },
  "frontdesk.module": {
    type: "string",
    bound: 30,
    brief: "Feature or platform module that wrote the record.",
  },
  "frontdesk.outcome": { type: "string", bound: 60, brief: "Outcome of a use-case, in its own closed set." },
  "frontdesk.attempt.id": { type: "string", bound: "unbounded", brief: "One change of a calendar." },
  "frontdesk.booking.id": { type: "string", bound: "unbounded", brief: "Booking." },
  "frontdesk.room.id": { type: "string", bound: "unbounded", brief: "Room." },
  "frontdesk.duration": {
    type: "double",
    bound: "unbounded",
    brief: "Seconds that the request took, on its log record.",
  },
  "frontdesk.problem.code": {
    type: "string",
    bound: 30,
    values: errorTypeNames,
    brief:
      "Code of the problem document that was answered, 4xx too; on the entry span and the request's record.",
  },
  "frontdesk.keep": {
    type: "boolean",
    bound: 2,
    brief: "Keep this trace whatever sampling says: a trusted caller sent X-Trace-Keep: 1.",
  },
  "frontdesk.drop.reason": {
    type: "string",
    bound: 8,
    values: ["buffer_full", "too_large", "rejected", "partial_success", "retries_exhausted", "encode_error"],
    brief: "Why telemetry was dropped.",
  },
  "frontdesk.signal": {
    type: "string",
    bound: 3,
    values: ["traces", "logs", "metrics"],
    brief: "Telemetry signal.",
  },
  "frontdesk.check": {
    type: "string",
    bound: 10,
    values: ["d1", "kv", "r2", "durable_object", "queue"],
    brief: "Deep health check.",
  },
} as const satisfies Record<string, Attribute>;

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
