/** Spans by `KIND name`. */
export type Counted = Record<string, number>;
/** What one variant has exported. */
export type Seen = {
  exports: number;
  wireBytes: number;
  /** Bodies that could not be understood. */
  unread: number;
  spans: Counted;
};

const kinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

type Otlp = { resourceSpans?: { scopeSpans?: { spans?: { name: string; kind: number }[] }[] }[] };

/**
 * Counts the spans in the body of one export.
 *
 * @param path  `v1/traces`, or what Sentry calls `api/1/envelope/`
 * @throws on a body that is not what its path promises
 */
export function countBody(path: string, type: string, body: Buffer): Counted {
  const counted: Counted = {};
  const add = (given: string) => {
    // The port of the loopback server differs from run to run.
    const name = given.replace(/:\d{4,5}\b/, "");
    counted[name] = (counted[name] ?? 0) + 1;
  };
  if (path.endsWith("envelope/") || path.endsWith("envelope")) countEnvelope(body.toString("utf8"), add);
  else if (path.endsWith("v1/traces")) {
    if (!type.startsWith("application/json")) throw new Error(`unknown content type ${type}`);
    const { resourceSpans = [] } = JSON.parse(body.toString("utf8")) as Otlp;
    for (const { scopeSpans = [] } of resourceSpans)
      for (const { spans = [] } of scopeSpans)
        for (const { name, kind } of spans) add(`${kinds[kind] ?? "UNSPECIFIED"} ${name}`);
  }
  return counted;
}

type SpanItems = { items?: { name?: string; attributes?: Record<string, { value?: unknown }> }[] };

// One JSON document a line: the envelope's header, then a header and a payload for each item.
function countEnvelope(text: string, add: (name: string) => void): void {
  const lines = text.split("\n").filter((line) => line !== "");
  for (let at = 1; at + 1 < lines.length; at += 2) {
    const { type } = JSON.parse(lines[at] as string) as { type?: string };
    if (type !== "span") continue;
    const { items = [] } = JSON.parse(lines[at + 1] as string) as SpanItems;
    for (const { name, attributes } of items)
      add(`${attributes?.["sentry.op"]?.value ?? "?"} ${name ?? "?"}`);
  }
}
