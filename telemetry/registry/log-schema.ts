import { registry } from "./registry.ts";

type Schema = { readonly [keyword: string]: unknown };

const dialect = "https://json-schema.org/draft/2020-12/schema";
const text = (lengthMax: number) => ({ type: "string", minLength: 1, maxLength: lengthMax });
const orNull = (schema: Schema) => ({ ...schema, type: [schema.type, "null"] });
const id = (digits: number) => ({ type: "string", pattern: `^[0-9a-f]{${digits}}$` });

/** The twelve keys that every line has, null where there is nothing to say. */
const mandatory = {
  timestamp: {
    type: "string",
    format: "date-time",
    pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
  },
  severity: { enum: ["debug", "info", "warn", "error"] },
  service: text(100),
  environment: { enum: registry.attributes["deployment.environment.name"]?.values ?? [] },
  version: text(512),
  request_id: orNull(text(512)),
  trace_id: orNull(id(32)),
  span_id: orNull(id(16)),
  tenant: orNull(text(512)),
  module: { enum: [...registry.modules, null] },
  event: { enum: Object.keys(registry.logEvents) },
  code: { enum: [...Object.keys(registry.errorTypes), null] },
} as const satisfies Record<string, Schema>;

/** Attributes that a line shows under a shorter key. */
const renamed: ReadonlySet<string> = new Set([
  "event.name",
  "frontdesk.module",
  "frontdesk.request.id",
  "frontdesk.correlation.id",
  "frontdesk.tenant.id",
]);

/** JSON Schema of one line that the Worker prints: the twelve keys, a message, and the fields of its event and no others. */
export function logRecordSchema(comment: string): Schema {
  return {
    $schema: dialect,
    $id: "urn:frontdesk:log-record",
    $comment: comment,
    title: "Log record of Frontdesk, as a line of the console",
    type: "object",
    required: Object.keys(mandatory),
    properties: {
      ...mandatory,
      message: { type: "string", maxLength: 2048 },
      correlation_id: text(512),
      ...fieldSchemas(),
    },
    additionalProperties: false,
    allOf: Object.keys(registry.logEvents).map(rulesOf),
  };
}

/** A field that may be in any line; which line may have it is said per event. */
const fieldSchemas = () =>
  Object.fromEntries(
    [...new Set(Object.values(registry.logEvents).flatMap(({ fields }) => fields))]
      .filter((name) => !renamed.has(name))
      .map((name) => [name, valueSchema(name)]),
  );

function rulesOf(event: string): Schema {
  const row = registry.logEvents[event];
  if (row === undefined) throw new Error(`${event} is not in telemetry/log-events.ts`);
  const { severities, module, fields } = row;
  const others = Object.keys(fieldSchemas()).filter((name) => !fields.includes(name));
  return {
    if: { properties: { event: { const: event } }, required: ["event"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        severity: { enum: severities },
        ...(module !== undefined && { module: { const: module } }),
        ...Object.fromEntries(others.map((name) => [name, false])),
      },
    },
  };
}

/** JSON Schema of the value of one attribute. */
function valueSchema(name: string): Schema {
  const row = registry.attributes[name];
  if (row === undefined) throw new Error(`${name} is not in telemetry/attributes.ts`);
  if (row.values !== undefined) return { enum: row.values };
  const types = { string: "string", int: "integer", double: "number", boolean: "boolean" } as const;
  return { type: types[row.type] };
}

const attributeValue = (name: string): Schema => {
  const row = registry.attributes[name];
  const keys = {
    string: "stringValue",
    int: "intValue",
    double: "doubleValue",
    boolean: "boolValue",
  } as const;
  const key = keys[row?.type ?? "string"];
  // 64-bit integers are text in OTLP's JSON.
  const value = row?.type === "int" ? { type: "string", pattern: "^-?\\d+$" } : valueSchema(name);
  return { type: "object", required: [key], properties: { [key]: value }, additionalProperties: false };
};

/** JSON Schema of one `logRecords` element of an OTLP/JSON request of the Worker. */
export function otlpLogRecordSchema(comment: string): Schema {
  const nanos = { type: "string", pattern: "^\\d+$" };
  const declared = [
    ...new Set([
      ...registry.everyRecord,
      ...Object.values(registry.logEvents).flatMap(({ fields }) => fields),
    ]),
  ];
  return {
    $schema: dialect,
    $id: "urn:frontdesk:otlp-log-record",
    $comment: comment,
    title: "Log record of Frontdesk, as OTLP/JSON",
    type: "object",
    required: [
      "timeUnixNano",
      "observedTimeUnixNano",
      "severityNumber",
      "severityText",
      "eventName",
      "body",
      "attributes",
    ],
    properties: {
      timeUnixNano: nanos,
      observedTimeUnixNano: nanos,
      severityNumber: { enum: [5, 9, 13, 17] },
      severityText: { enum: ["DEBUG", "INFO", "WARN", "ERROR"] },
      eventName: { enum: Object.keys(registry.logEvents) },
      traceId: id(32),
      spanId: id(16),
      flags: { type: "integer" },
      body: {
        type: "object",
        required: ["stringValue"],
        properties: { stringValue: { type: "string" } },
        additionalProperties: false,
      },
      attributes: { type: "array", items: { anyOf: declared.map(pairSchema) } },
    },
    additionalProperties: false,
  };
}

const pairSchema = (name: string): Schema => ({
  type: "object",
  required: ["key", "value"],
  properties: { key: { const: name }, value: attributeValue(name) },
  additionalProperties: false,
});
