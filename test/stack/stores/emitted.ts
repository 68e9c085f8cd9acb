import { labelName } from "../../../telemetry/derive/names.ts";
import { type Registry, registry } from "../../../telemetry/registry/registry.ts";
import type { SeenAttributes, SeenLog, SeenPoint } from "../../../telemetry/registry/seen.ts";
import { rawLogs } from "./logs.ts";
import { series } from "./prometheus.ts";
import { rawTrace, search } from "./tempo.ts";

type Stores = { readonly tempo: string; readonly prometheus: string; readonly victoriaLogs: string };
type Resource = {
  readonly attributes?: readonly { key: string; value: Readonly<Record<string, unknown>> }[];
};

/** Spans of some services as Tempo keeps them: one OTLP request for each trace. */
export async function emittedTraces({ tempo }: Stores, services: readonly string[]): Promise<object[]> {
  const left = await search(tempo, `{ resource.service.name =~ "${services.join("|")}" }`);
  const requests: object[] = [];
  const read = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const { batches } = JSON.parse(await rawTrace(tempo, id)) as { batches: { resource?: Resource }[] };
      const ours = batches.filter(({ resource }) => services.includes(serviceOf(resource)));
      requests.push({ resourceSpans: ours });
    }
  };
  await Promise.all(Array.from({ length: 8 }, read));
  return requests;
}

const serviceOf = (resource: Resource | undefined) =>
  String(resource?.attributes?.find(({ key }) => key === "service.name")?.value.stringValue);

/** Log records of some services as VictoriaLogs keeps them: one flat list of texts, which get their types back. */
export async function emittedLogs(
  { victoriaLogs }: Stores,
  services: readonly string[],
): Promise<readonly (SeenLog & { readonly resource: SeenAttributes })[]> {
  const text = await rawLogs(victoriaLogs, `"service.name":~"^(${services.join("|")})$"`);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => logOf(JSON.parse(line) as Record<string, string>));
}

const ofTheStore: ReadonlySet<string> = new Set(["_time", "_stream", "_stream_id", "_msg", "severity"]);
const ids: ReadonlySet<string> = new Set(["trace_id", "span_id"]);

function logOf(record: Readonly<Record<string, string>>) {
  const resource: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(record)) {
    if (ofTheStore.has(name) || ids.has(name)) continue;
    (registry.resource.includes(name) ? resource : attributes)[name] = typed(name, text);
  }
  const severity = String(record.severity).toLowerCase();
  return { event: String(record["event.name"]), severity, attributes, resource };
}

/** Series of some services as Prometheus keeps them, under the names that the Worker gave them. What rules recorded is none. */
export async function emittedSeries(
  { prometheus }: Stores,
  services: readonly string[],
): Promise<readonly SeenPoint[]> {
  const all = await series(prometheus, `{job=~"${services.join("|")}"}`);
  return all.filter(({ __name__: name = "" }) => !/:|^(ALERTS|target_info$)/.test(name)).map(pointOf);
}

/** What Prometheus, its OTLP receiver and the collector put to the labels of a span or point. */
const ofTheRoad: ReadonlySet<string> = new Set([
  ...["__name__", "job", "instance", "le", "collector_instance_id"],
  ...["service_name", "deployment_environment_name"],
]);
const metricOf = new Map(
  Object.entries(registry.metrics).flatMap(([metric, row]) => {
    const parts = row.instrument === "histogram" ? ["_bucket", "_count", "_sum"] : [""];
    return parts.map((part) => [`${row.prometheusName}${part}`, { metric, row }] as const);
  }),
);
const attributeOf = new Map(Object.keys(registry.attributes).map((name) => [labelName(name), name]));

function pointOf(labels: Readonly<Record<string, string>>): SeenPoint {
  const { metric, row } = metricOf.get(labels.__name__ ?? "") ?? { metric: labels.__name__ ?? "" };
  const own = Object.entries(labels).filter(([label]) => !ofTheRoad.has(label));
  const named = own.map(([label, text]) => {
    const name = attributeOf.get(label) ?? label;
    return [name, typed(name, text)] as const;
  });
  // Unit and instrument are in the name of the series: another unit is another name, which no row has.
  return {
    metric,
    unit: row?.unit ?? "",
    kind: row === undefined ? "gauge" : kindOf(row.instrument),
    labels: Object.fromEntries(named),
  };
}

const kindOf = (instrument: Registry["metrics"][string]["instrument"]): SeenPoint["kind"] =>
  instrument === "counter" ? "sum" : instrument;

/** A text of a store as the type that its attribute has; as it is when it cannot be one, which the check will say. */
function typed(name: string, text: string): unknown {
  const type = registry.attributes[name]?.type;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "int" || type === "double") return Number.isFinite(Number(text)) ? Number(text) : text;
  return text;
}
