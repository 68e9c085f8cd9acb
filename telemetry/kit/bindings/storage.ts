import { carrierOf, settled } from "../active.ts";
import { activeContext, activeSpan } from "../context.ts";
import type { TraceCarrier } from "../propagate.ts";
import type { LooseAttributes } from "../records.ts";
import { startCall } from "./client-call.ts";
import { type Method, patchMethods } from "./patch.ts";
import { queryShape } from "./sql.ts";

const keyed = ["get", "list", "put", "delete"];
const calls = [...keyed, "deleteAll", "sync", "getAlarm", "setAlarm", "deleteAlarm"];

/**
 * A Durable Object's own storage: one CLIENT span per statement and call, without keys and bound values.
 * `exec` stays synchronous and its cursor is the platform's own; it is read later, so no rows are counted.
 * A transaction has no span of its own; what happens in it has.
 */
export function patchStorage(storage: DurableObjectStorage): void {
  const prototype: object = Object.getPrototypeOf(storage);
  patchMethods(prototype, [...calls, "transaction"], (method, name) =>
    name === "transaction" ? withTransaction(method) : tracedCall(method, name),
  );
  try {
    patchMethods(Object.getPrototypeOf(storage.kv), keyed, tracedCall);
    patchMethods(Object.getPrototypeOf(storage.sql), ["exec"], tracedExec);
  } catch {
    // A class without SQLite has neither.
  }
}

// What a transaction's closure is given has the same calls; its prototype is seen here first.
const withTransaction = (transaction: Method): Method =>
  function (work) {
    return transaction.call(this, (held: object) => {
      patchMethods(Object.getPrototypeOf(held), calls, tracedCall);
      return (work as (held: object) => unknown)(held);
    });
  };

const tracedCall = (method: Method, operation: string): Method =>
  function (...args) {
    if (operation === "setAlarm") alarmSetBy();
    return call(`${operation} storage`, { "db.operation.name": operation }, () => method.apply(this, args));
  };

const tracedExec = (exec: Method): Method =>
  function (...args) {
    const { summary, operation, table, text } = queryShape(String(args[0]));
    const attributes = {
      "db.system.name": "cloudflare-durable-object-sql",
      "db.operation.name": operation,
      "db.collection.name": table,
      "db.query.summary": summary,
      "db.query.text": text,
    };
    return call(summary, attributes, () => exec.apply(this, args));
  };

function call<T>(name: string, attributes: LooseAttributes, work: () => T): T {
  if (activeContext().invocation === undefined) return work();
  return settled(
    startCall(name, { ...attributes, "cloudflare.binding.type": "durable_object_storage" }),
    work,
  );
}

const alarms = new WeakMap<object, TraceCarrier>();

function alarmSetBy(): void {
  const object = activeContext().invocation?.object;
  const span = activeSpan();
  if (object !== undefined && span !== undefined) alarms.set(object, carrierOf(span));
}

/**
 * Who set the alarm of this object last. Kept in memory only: a row for it would cost a write and show in the object's own
 * `list()`, so an object that was evicted meanwhile does not know. No link is missing knowledge, a wrong one would be a lie.
 */
export const setterOfAlarm = (object: object): TraceCarrier | undefined => alarms.get(object);
