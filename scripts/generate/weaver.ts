import { stringify } from "yaml";
import { type AttributeRow, registry, type SpanRow } from "../../telemetry/registry/registry.ts";

const stability = "development";
/** Names the registry and its version for tools; nothing is served there. */
const schemaUrl = "https://frontdesk.example/schemas/1.0.0";

/**
 * The tables as a registry for OpenTelemetry Weaver (`weaver registry check`, `live-check`, `generate`).
 * Every name is defined here, also those of the semantic conventions, so that it resolves without a network.
 *
 * @returns file name → YAML
 * @source https://github.com/open-telemetry/weaver/blob/main/schemas/semconv-syntax.md
 */
export const weaverRegistry = (header: string): Record<string, string> => {
  const file = (content: object) => `# ${header}\n${stringify(content, { lineWidth: 0 })}`;
  return {
    "manifest.yaml": file({
      schema_url: schemaUrl,
      description: "Every name that may appear in the telemetry of Frontdesk.",
      stability,
    }),
    "attributes.yaml": file({ groups: [attributeGroup(), resourceEntity()] }),
    "spans.yaml": file({ groups: Object.entries(registry.spans).map(spanGroup) }),
    "metrics.yaml": file({ groups: metricGroups() }),
    "events.yaml": file({ groups: eventGroups() }),
  };
};

const attributeGroup = () => ({
  id: "registry.frontdesk",
  type: "attribute_group",
  display_name: "Attributes of Frontdesk",
  brief: "All attributes that may be exported.",
  attributes: exported().map(([name, row]) => attribute(name, row)),
});

const exported = () => Object.entries(registry.attributes).filter(([, row]) => row.exported);

function attribute(id: string, { type, values, bound, brief }: AttributeRow) {
  return {
    id,
    type: values === undefined ? type : { members: values.map(member) },
    stability,
    brief,
    ...(type === "string" && values === undefined && { examples: [exampleOf(id)] }),
    annotations: { cardinality: { bound } },
  };
}

const member = (value: string) => ({
  id: value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+/, ""),
  value,
  stability,
});

// Weaver wants an example for every free text; the meaning of a name is in its brief.
const examples: Readonly<Record<string, string>> = {
  "http.route": "/v1/bookings/{booking_id}",
  "url.path": "/v1/bookings",
  "db.query.summary": "SELECT rooms",
  "db.query.text": "SELECT * FROM rooms WHERE id = ?",
  "rpc.method": "RoomCalendar/hold",
  "frontdesk.event.name": "booking.created",
};
const exampleOf = (name: string) => examples[name] ?? name.split(".").at(-1) ?? name;

const resourceEntity = () => ({
  id: "entity.frontdesk.worker",
  name: "frontdesk.worker",
  type: "entity",
  stability,
  brief: "Who sends: one isolate of the Worker.",
  attributes: registry.resource.map((ref) => ({
    ref,
    requirement_level: "required",
    role: ref === "service.name" || ref === "service.instance.id" ? "identifying" : "descriptive",
  })),
});

function spanGroup([name, row]: [string, SpanRow]) {
  const own = [...Object.keys(row.is), ...row.required, ...row.attributes];
  return {
    id: `span.${row.madeBy === "application" ? "frontdesk." : ""}${name}`,
    type: "span",
    span_kind: row.kind.toLowerCase(),
    stability,
    brief: row.brief,
    note: `Span name: ${row.names.map((form) => `\`${form}\``).join(", else ")}.`,
    attributes: [
      ...Object.entries(row.is).map(([ref, value]) => ({
        ref,
        requirement_level: "required",
        note: `Always ${value}.`,
      })),
      ...row.required.map((ref) => ({ ref, requirement_level: "required" })),
      ...row.attributes.map((ref) => ({ ref, requirement_level: "recommended" })),
      ...registry.everySpan
        .filter((ref) => !own.includes(ref))
        .map((ref) => ({ ref, requirement_level: "recommended" })),
    ],
  };
}

const metricGroups = () =>
  Object.entries(registry.metrics).map(
    ([name, { instrument, unit, labels, brief, seriesMax, edgesSeconds }]) => ({
      id: `metric.${name}`,
      type: "metric",
      metric_name: name,
      instrument,
      unit,
      stability,
      brief,
      annotations: { cardinality: { bound: seriesMax }, ...(edgesSeconds && { bucket_edges: edgesSeconds }) },
      attributes: labels.map((ref) => ({ ref, requirement_level: "recommended" })),
    }),
  );

const eventGroups = () =>
  Object.entries(registry.logEvents).map(([name, { fields, brief, severities, module }]) => ({
    id: `event.${name}`,
    type: "event",
    name,
    stability,
    brief,
    note: `Severity: ${severities.join(" or ")}. Written by ${module ?? "the module it happens in"}.`,
    attributes: [...fields, ...registry.everyRecord].map((ref) => ({
      ref,
      requirement_level: ref === "event.name" || ref === "frontdesk.module" ? "required" : "recommended",
    })),
  }));
