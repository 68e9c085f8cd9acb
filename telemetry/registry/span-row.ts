import type { Registry, SpanRow } from "./registry.ts";
import type { SeenAttributes, SeenSpan } from "./seen.ts";

/** The row that a span belongs to, by its kind, its fixed attributes and its name; undefined when there is none. */
export function rowOf(registry: Registry, span: SeenSpan): [string, SpanRow] | undefined {
  return (
    Object.entries(registry.spans)
      .filter(([, row]) => row.kind === span.kind && hasFixed(row, span.attributes) && hasName(row, span))
      // The row that says most about the span is its own.
      .sort(([, a], [, b]) => score(b, span) - score(a, span))[0]
  );
}

const hasFixed = ({ is }: SpanRow, attributes: SeenAttributes) =>
  Object.entries(is).every(([name, value]) => attributes[name] === value);

const score = ({ is, required, attributes }: SpanRow, span: SeenSpan) =>
  Object.keys(is).length * 100 +
  required.filter((name) => name in span.attributes).length * 10 -
  Object.keys(span.attributes).filter((name) => !required.includes(name) && !attributes.includes(name))
    .length;

/** The first form whose attributes are all there is what the span must be called. */
function hasName({ names }: SpanRow, { name, attributes }: SeenSpan): boolean {
  for (const form of names) {
    const placeholders = [...form.matchAll(/\{([^}]+)\}/g)].map(([, attribute]) => attribute as string);
    if (placeholders.some((attribute) => attributes[attribute] === undefined)) continue;
    // The exporter cuts a name at 200 characters.
    const expected = form.replace(/\{([^}]+)\}/g, (_match, attribute: string) =>
      attributes[attribute] === "_OTHER" ? "HTTP" : String(attributes[attribute]),
    );
    return name.slice(0, 200) === expected.slice(0, 200);
  }
  return false;
}
