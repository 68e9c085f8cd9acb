/** The parts of an OpenAPI 3.1 document that the page reads. */
export type ApiDocument = {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly securitySchemes?: object;
  };
};

export type Operation = {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly "x-access"?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content }>
  >;
};

export type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
};

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
};

export type Field = {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly about: string;
};

/** Follows a reference, and joins the parts of `allOf`. */
export function resolve(document: ApiDocument, schema: Schema = {}): Schema {
  if (schema.$ref)
    return resolve(document, document.components?.schemas?.[schema.$ref.split("/").at(-1) ?? ""]);
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => resolve(document, part));
  const properties = Object.assign({}, ...parts.map((part) => part.properties));
  return { ...schema, type: "object", properties, required: parts.flatMap((part) => part.required ?? []) };
}

/** Every field of an object, inner ones with a dotted name. */
export function fieldsOf(document: ApiDocument, schema: Schema | undefined, prefix = ""): Field[] {
  const object = resolve(document, schema);
  return Object.entries(object.properties ?? {}).flatMap(([name, value]) => {
    const inner = resolve(document, value);
    const element = inner.items && resolve(document, inner.items);
    const required = object.required?.includes(name) ?? false;
    const field = { name: `${prefix}${name}`, type: typeOf(inner, element), required, about: aboutOf(inner) };
    const below = element?.properties ? `${field.name}[].` : `${field.name}.`;
    return [field, ...fieldsOf(document, element?.properties ? element : inner, below)];
  });
}

export function typeOf(schema: Schema, element?: Schema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const type = [schema.type ?? "any"].flat().join(" or ");
  return element
    ? `${[element.type ?? "any"].flat().join(" or ")}[]`
    : schema.format
      ? `${type} (${schema.format})`
      : type;
}

/** Description, bounds and default, in one line. */
export function aboutOf(schema: Schema): string {
  const [low, high] = [schema.minLength ?? schema.minimum, schema.maxLength ?? schema.maximum];
  const unit = schema.maxLength === undefined && schema.minLength === undefined ? "" : " characters";
  const bounds =
    low !== undefined && high !== undefined
      ? `${low} to ${high}${unit}.`
      : high !== undefined
        ? `At most ${high}${unit}.`
        : "";
  const fallback = schema.default === undefined ? "" : `Default ${JSON.stringify(schema.default)}.`;
  return [schema.description ?? "", bounds, fallback].filter(Boolean).join(" ");
}

/** A value that fits, made of the examples of the document; times are some days ahead. */
export function exampleOf(
  document: ApiDocument,
  schema: Schema | undefined,
  now: number,
  name = "",
): unknown {
  const shape = resolve(document, schema);
  if (shape.format === "date-time") return timeAhead(now, name === "to" ? 1 : 0);
  if (shape.example !== undefined) return shape.example;
  if (shape.properties) {
    const fields = Object.entries(shape.properties);
    return Object.fromEntries(fields.map(([key, value]) => [key, exampleOf(document, value, now, key)]));
  }
  if (shape.enum) return shape.enum[0];
  if (shape.items) return [exampleOf(document, shape.items, now)];
  return { integer: 1, number: 1, boolean: true }[String(shape.type)] ?? "text";
}

const halfHourMs = 30 * 60_000;
const slots = 4 * 7 * 48;

// Each second of reading takes another half hour of the coming weeks, so that a room which was booked here is free again.
function timeAhead(now: number, halfHours: number): string {
  const start = Math.ceil(now / 86_400_000 + 1) * 86_400_000;
  const slot = Math.floor(now / 1000) % slots;
  return new Date(start + (slot + halfHours) * halfHourMs).toISOString().replace(".000Z", "Z");
}
