import { type SpanRecord, spanKinds } from "../../../telemetry/kit/records.ts";

/** What a span stands for, in the words of the counters; undefined for a span that the application opened itself. */
export function keyOfSpan({ kind, attributes }: SpanRecord): string | undefined {
  const text = (attribute: string) => String(attributes[attribute]);
  if (kind === spanKinds.INTERNAL) return undefined;
  if (kind === spanKinds.CONSUMER) return keys.message(text("messaging.destination.name"));
  if (kind === spanKinds.SERVER) {
    if (attributes["rpc.method"] !== undefined) return keys.object(text("rpc.method"));
    return attributes["faas.cron"] === undefined ? keys.request : keys.cron;
  }
  // A span that the application opened through the OpenTelemetry API.
  if (attributes["cloudflare.binding.type"] === undefined) return undefined;
  const binding = text("cloudflare.binding.name");
  const type = text("cloudflare.binding.type");
  if (type === "fetch") return keys.fetch(text("http.request.method"), text("server.address"));
  if (type === "durable_object" || type === "service")
    return keys.remote(type, binding, text("rpc.method").split("/").at(-1) ?? "");
  if (type === "queue") return keys.operation(type, binding, text("messaging.operation.name"));
  if (text("db.system.name") === "cloudflare-durable-object-sql")
    return keys.storedStatement(text("db.query.text"));
  const operation = text("db.operation.name");
  if (type === "durable_object_storage") return keys.storage(operation);
  if (type === "d1" && operation !== "batch" && operation !== "exec")
    return keys.statement(binding, text("db.query.text"));
  return keys.operation(type, binding, operation);
}

/** The words that counters and spans share. */
export const keys = {
  request: "entry: request",
  cron: "entry: cron",
  message: (queue: string) => `entry: message of ${queue}`,
  object: (method: string) => `entry: ${method}`,
  fetch: (method: string, host: string) => `fetch ${method} ${host}`,
  remote: (type: string, binding: string, method: string) => `${type} ${binding} ${method}`,
  operation: (type: string, binding: string, operation: string) => `${type} ${binding} ${operation}`,
  storage: (operation: string) => `storage ${operation}`,
  storedStatement: (sql: string) => `storage exec ${outlineOf(sql)}`,
  statement: (binding: string, sql: string) => `d1 ${binding} ${outlineOf(sql)}`,
} as const;

// A span's text has its literals replaced; the same is done to what was sent.
const outlineOf = (sql: string) =>
  sql
    .replace(/'(?:[^']|'')*'|\b\d+\b/g, "?")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120);
