type Schema = { readonly [keyword: string]: unknown };

const text = { type: "string" } as const;
const texts = { type: "array", items: text, uniqueItems: true } as const;
const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
  additionalProperties: false,
});
const table = (row: Schema): Schema => ({ type: "object", additionalProperties: row });
const count = { type: "integer", minimum: 1 } as const;

/** JSON Schema of `registry.json`, for whoever reads it with another language. */
export const registrySchema = (comment: string): Schema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:frontdesk:registry",
  $comment: comment,
  title: "Telemetry registry of Frontdesk",
  ...object({
    $comment: text,
    attributes: table(attributeRow),
    resource: texts,
    spans: table(spanRow),
    everySpan: texts,
    metrics: table(metricRow),
    logEvents: table(logEventRow),
    everyRecord: texts,
    modules: texts,
    errorTypes: table({ enum: ["answer", "fault"] }),
  }),
});

const attributeRow = object(
  {
    type: { enum: ["string", "int", "double", "boolean"] },
    bound: { anyOf: [count, { const: "unbounded" }] },
    values: texts,
    exported: { type: "boolean" },
    brief: text,
  },
  ["values"],
);

const spanRow = object({
  madeBy: { enum: ["application", "kit"] },
  kind: { enum: ["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"] },
  names: { ...texts, minItems: 1 },
  is: table({ type: ["string", "boolean"] }),
  required: texts,
  attributes: texts,
  brief: text,
});

const metricRow = object(
  {
    instrument: { enum: ["histogram", "counter", "gauge"] },
    unit: text,
    source: { enum: ["collector", "worker", "probe"] },
    labels: texts,
    edgesSeconds: { type: "array", items: { type: "number" } },
    seriesMax: count,
    prometheusName: text,
    brief: text,
  },
  ["edgesSeconds"],
);

const logEventRow = object(
  {
    severities: { ...texts, minItems: 1 },
    module: text,
    fields: texts,
    brief: text,
  },
  ["module"],
);
