import type { AttributeName } from "./attributes.ts";
import type { BindingSpanName } from "./binding-spans.ts";
import type { LogEventName } from "./log-events.ts";
import type { MetricName } from "./metrics.ts";
import type { SpanName } from "./spans.ts";

/**
 * What each name of the tables means, for people. Apart from the tables, because the Worker carries those and needs no prose:
 * only generators may import this file. A name without a brief, or a brief without a name, does not compile.
 */

/** One line for each row of attributes.ts. */
export const attributeBriefs = {
  "http.request.method": "Known method, else _OTHER.",
  "http.request.method_original": "The method as sent, when it is _OTHER.",
  "http.route": "Route template, e.g. /v1/bookings/{booking_id}.",
  "http.response.status_code": "Status code of the response.",
  "http.request.body.size": "Bytes of the request body, as declared.",
  "url.path": "Path without query.",
  "url.scheme": "Scheme of the request.",
  "url.full": "Outbound URL; credentials and query values redacted.",
  "server.address": "Host of the server.",
  "server.port": "Port of the server.",
  "client.address": "Never exported by default; listed to be refused by name.",
  "network.protocol.version": "HTTP version, e.g. 2.",
  "user_agent.synthetic.type":
    "Set on what a probe or a trusted caller marks as synthetic; not in the user-facing SLI.",
  "error.type": "Why it failed, from a closed set. On the entry span of a request at 5xx only.",
  "db.system.name": "The storage that was called.",
  "db.operation.name": "Method or SQL verb, e.g. SELECT, batch, get.",
  "db.operation.batch.size": "Statements of a batch.",
  "db.collection.name": "Table named by the statement.",
  "db.query.summary": "Verb and table.",
  "db.query.text": "Statement with placeholders; literals replaced by ?.",
  "db.response.returned_rows": "Rows returned.",
  "cloudflare.d1.rows_read": "Rows that D1 scanned.",
  "cloudflare.d1.rows_written": "Rows that D1 wrote.",
  "rpc.system.name": "Workers RPC.",
  "rpc.method": "Class and method called.",
  "messaging.system": "Cloudflare Queues.",
  "messaging.destination.name": "Queue name.",
  "messaging.operation.name": "What was done.",
  "messaging.operation.type": "Kind of operation.",
  "messaging.message.id": "Id of the message.",
  "messaging.batch.message_count": "Messages of a batch.",
  "messaging.message.delivery_attempt": "1 at first delivery.",
  "cloud.provider": "Resource.",
  "cloud.platform": "Resource.",
  "cloudflare.binding.type": "Kind of binding called.",
  "cloudflare.cache.hit": "Whether the Cache had an answer.",
  "cloudflare.binding.name": "Name of the binding in wrangler.toml.",
  "cloudflare.colo": "Data centre that served the request.",
  "cloudflare.handler_type": "What began an invocation, in the platform's words.",
  "cloudflare.outcome": "How an invocation ended, in the platform's words.",
  "cloudflare.ray_id": "Ray id of the request.",
  "faas.trigger": "Why it ran.",
  "faas.cron": "Cron expression.",
  "service.name": "Resource.",
  "service.namespace": "Resource.",
  "service.version": "Release (git SHA). Resource.",
  "service.instance.id": "Isolate. Resource.",
  "deployment.environment.name": "Resource.",
  "telemetry.sdk.name": "The kit. Resource.",
  "telemetry.sdk.language": "Resource.",
  "event.name": "What happened, e.g. http.request; also the record's own event name.",
  "exception.type": "Class of the exception.",
  "exception.message": "Scrubbed message.",
  "exception.stacktrace": "Scrubbed stack.",
  "frontdesk.sli": "True on the SERVER span of an HTTP entry: this one is counted.",
  "frontdesk.event.name":
    "Business event that happened in this span, e.g. booking.created; set once it has, for it is counted.",
  "frontdesk.event.type":
    "Type of the outbox event whose effects these are, e.g. booking.created; not counted.",
  "frontdesk.event.id": "Id of an outbox event.",
  "frontdesk.tenant.id": "Tenant; never on metrics.",
  "frontdesk.tenant.tier": "Tier of the tenant.",
  "frontdesk.request.id": "X-Request-ID.",
  "frontdesk.correlation.id": "X-Correlation-ID.",
  "frontdesk.module": "Feature or platform module that wrote the record.",
  "frontdesk.outcome": "Outcome of a use-case, in its own closed set.",
  "frontdesk.attempt.id": "One change of a calendar.",
  "frontdesk.booking.id": "Booking.",
  "frontdesk.room.id": "Room.",
  "frontdesk.duration": "Seconds that the request took, on its log record.",
  "frontdesk.problem.code":
    "Code of the problem document that was answered, 4xx too; on the entry span and the request's record.",
  "frontdesk.keep": "Keep this trace whatever sampling says: a trusted caller sent X-Trace-Keep: 1.",
  "frontdesk.drop.reason": "Why telemetry was dropped.",
  "frontdesk.suppression.reason": "Why a log record of success was not written.",
  "frontdesk.uncertain.reason": "Why nobody knows whether telemetry was taken.",
  "frontdesk.signal": "Telemetry signal.",
  "frontdesk.check": "Deep health check.",
  "frontdesk.probe.step": "Step of the probe's journey.",
} as const satisfies Record<AttributeName, string>;

/** One line for each row of metrics.ts. */
export const metricBriefs = {
  "http.server.request.duration": "The SLI: HTTP entry spans, counted before sampling.",
  "frontdesk.dependency.duration":
    "Calls of bindings and other hosts, from CLIENT, PRODUCER and CONSUMER spans.",
  "frontdesk.events": "Business events, from spans that carry frontdesk.event.name.",
  "frontdesk.heartbeat":
    "Heartbeat spans from cron, by release: telemetry is alive, and a release that begins to beat was deployed.",
  "frontdesk.synthetic.requests":
    "Requests of the probe and other marked traffic as the server saw them: what the SLI leaves out.",
  "frontdesk.probe.steps":
    "Steps that the probe tried, from outside; error.type is missing where the step was good. A step that an earlier failure made impossible is not tried and not counted.",
  "frontdesk.probe.step.duration": "How long each step of the probe took, good or bad.",
  "frontdesk.probe.certificate.expiry":
    "Seconds until the target's certificate expires, as the probe saw it; negative once it has. Only for https.",
  "frontdesk.outbox.age":
    "Age of the oldest event that is not handled, be it sent or not; 0 when there is none. Written by cron.",
  "frontdesk.outbox.pending": "Events not yet handled. Written by cron.",
  "frontdesk.outbox.resent":
    "Events that the queue took three times or more and that are still not handled: their first delivery ended as a dead letter, or was lost. Written by cron.",
  "frontdesk.queue.age":
    "Age of the oldest message waiting in the queue; 0 when there is none. Written by cron.",
  "frontdesk.queue.backlog": "Messages waiting in the queue. Written by cron.",
  "frontdesk.holds.unrepaired":
    "Attempts decided in D1 whose calendar has not confirmed them in time. Written by cron.",
  "frontdesk.faults.untold":
    "Faults that Sentry was not told of or did not take; the log has them. Delta sum.",
  "frontdesk.logs.suppressed": "Log records of success that were not written. Delta sum.",
  "frontdesk.telemetry.dropped": "Records of telemetry that were lost for certain. Delta sum.",
  "frontdesk.telemetry.uncertain":
    "Records of telemetry that were sent, but nobody knows whether they were taken. Delta sum.",
  "frontdesk.invocations":
    "Invocations of the Worker and its Durable Objects, counted by the Tail Worker. Delta sum.",
} as const satisfies Record<MetricName, string>;

/** One line for each row of spans.ts. */
export const spanBriefs = {
  "auth.register": "Register a tenant with its owner.",
  "auth.login": "Check a password and open a session.",
  "auth.hash": "scrypt.",
  "tenant.remove": "Remove a tenant, as its callers see it.",
  "tenant.sweep": "Cron removes a slice of what a removed tenant left.",
  "booking.create": "The booking story: hold, decide, apply.",
  "booking.cancel": "The cancelling story: intend, decide, apply.",
  "calendar.repair": "An alarm obeys the deciding row of a due intent.",
  "outbox.relay": "Claim pending events and send them.",
  "event.handle": "The effect of one event, once.",
  "health.check": "One dependency, asked and timed.",
  heartbeat: "Each minute from cron: telemetry is alive.",
} as const satisfies Record<SpanName, string>;

/** One line for each row of binding-spans.ts. */
export const bindingSpanBriefs = {
  "http.server": "A request to the API, until its response is made: the one that the SLI counts.",
  scheduled: "One tick of cron.",
  "queue.process": "The work of one message.",
  "durable_object.server": "A call of an object or an entrypoint, as it sees it: fetch or RPC.",
  "durable_object.alarm": "An alarm of an object.",
  "durable_object.client": "A call of an object, as the caller sees it.",
  "service.client": "A call of another Worker through a service binding.",
  "http.internal": "A request from another Worker of ours, which was counted there.",
  "durable_object.constructor": "An object comes to life: what it awaits before its first call.",
  "durable_object.event":
    "A socket of an object speaks or closes, or the platform calls an entrypoint otherwise, e.g. tail.",
  "durable_object.sql": "One statement of an object's own SQLite storage.",
  "durable_object.storage": "One other operation of an object's own storage; its key is not recorded.",
  "cache.client": "One operation of the Cache API; its URL is not recorded.",
  "queue.metrics": "One look at the backlog of a queue.",
  "d1.client": "One D1 statement.",
  "d1.batch": "One D1 batch.",
  "d1.exec": "SQL text run by exec.",
  "kv.client": "One KV operation; its key is not recorded.",
  "r2.client": "One R2 operation; its key is not recorded.",
  "queue.send": "Messages handed to a queue.",
  "http.client": "An outbound request.",
} as const satisfies Record<BindingSpanName, string>;

/** One line for each row of log-events.ts. */
export const logEventBriefs = {
  "http.request": "One request to the API was answered.",
  "http.server.request.exception": "A fault that reached the entry span of a request.",
  exception: "A fault anywhere else.",
  "calendar.repaired": "An alarm obeyed the deciding row of a due intent.",
  "cron.relay.failed": "The outbox could not be relayed in this tick.",
  "cron.repair.failed": "Calendars could not be repaired in this tick.",
  "cron.measure.failed": "The gauges of the outbox could not be written in this tick.",
  "cron.forget_answers.failed": "Old idempotency answers could not be deleted in this tick.",
  "cron.forget_events.failed": "Old events could not be deleted in this tick.",
  "cron.sweep.failed": "Removed tenants could not be looked for in this tick.",
  configuration: "Something in the environment of the Worker is missing or wrong.",
  "telemetry.lost": "Telemetry was dropped, or sent without an answer; once a minute.",
  "telemetry.warned": "A receiver took everything and had a warning; once a minute.",
  "telemetry.suppressed": "Records of success were over the limit of the isolate; once a minute.",
  "telemetry.refused":
    "The kit was given a name or a value that it does not take; once per isolate and name.",
  "telemetry.unconfigured":
    "The configuration of the kit threw, or names an endpoint that is no URL: nothing is exported.",
} as const satisfies Record<LogEventName, string>;
