import { labelName } from "../../telemetry/derive/names.ts";
import { registry, type SpanRow } from "../../telemetry/registry/registry.ts";
import { type Promises, type Slo, slos } from "../../telemetry/slo.ts";

/** Text of telemetry/REFERENCE.md: every name that may appear in telemetry. */
export const reference = (header: string, promises: Promises = slos): string =>
  [
    `<!-- ${header} -->`,
    "# Telemetry reference",
    "",
    "Every name that may appear in telemetry, from the tables in this folder.",
    "The same for programs: `generated/registry.json`, `generated/log-record.schema.json` and, for OpenTelemetry Weaver, `generated/weaver/`.",
    "",
    ...section("Promises", ["Id", "Promise", "Owner", "What users feel"], promiseRows(promises)),
    ...section(
      "Metrics",
      ["Metric", "In Prometheus", "Kind", "Unit", "Labels", "Series at most", "Meaning"],
      metricRows(),
    ),
    "Series are counted as label sets for one service and environment.",
    "",
    ...section("Spans of the application", ["Span", "Attributes", "Meaning"], spanRows("application")),
    ...section(
      "Spans of entry points and bindings",
      ["What", "Name", "Kind", "Attributes", "Meaning"],
      spanRows("kit"),
    ),
    `Attributes in bold are on every such span. Any span may also carry ${names(registry.everySpan)}.`,
    "",
    ...section("Log records", ["Event", "Severity", "Module", "Fields", "Meaning"], logRows()),
    `Any record may also carry ${names(registry.everyRecord)}.`,
    "",
    ...section("Attributes", ["Attribute", "Type", "Distinct values", "Values", "Meaning"], attributeRows()),
    `On the resource of every signal: ${names(registry.resource)}.`,
    "",
  ]
    .join("\n")
    .replace(/\n+$/, "\n");

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [`## ${title}`, "", line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line), ""];
}

const escapeCell = (text: string) => text.replace(/\|/g, "\\|");
const code = (text: string) => `\`${text}\``;
const names = (list: readonly string[]) => list.map(code).join(" ");

const promiseRows = (promises: Promises) =>
  Object.entries(promises).map(([id, slo]) => [code(id), promiseOf(slo), slo.owner, slo.userImpact]);

const promiseOf = ({ objective, window, indicator }: Slo): string =>
  `${objective} ${goodEvents(indicator)} over ${window}`;

function goodEvents({ metric, good }: Slo["indicator"]): string {
  if (good.kind === "label") return "without failure";
  if (good.kind === "within") return `within ${good.seconds} s`;
  return `of minutes with \`${metric}\` at most ${good.value} ${registry.metrics[metric]?.unit}`;
}

const metricRows = () =>
  Object.entries(registry.metrics).map(
    ([name, { instrument, unit, labels, brief, prometheusName, seriesMax }]) => [
      code(name),
      code(`${prometheusName}${instrument === "histogram" ? "_{bucket,count,sum}" : ""}`),
      instrument,
      unit,
      names(labels.map(labelName)),
      String(seriesMax),
      brief,
    ],
  );

const spanRows = (madeBy: SpanRow["madeBy"]) =>
  Object.entries(registry.spans)
    .filter(([, row]) => row.madeBy === madeBy)
    .map(([name, row]) =>
      madeBy === "application"
        ? [code(name), attributesOf(row), row.brief]
        : [name, names(row.names), row.kind, attributesOf(row), row.brief],
    );

const attributesOf = ({ is, required, attributes }: SpanRow) =>
  [
    ...Object.entries(is).map(([name, value]) => `**${code(`${name}=${value}`)}**`),
    ...required.map((name) => `**${code(name)}**`),
    ...attributes.map(code),
  ].join(" ");

const logRows = () =>
  Object.entries(registry.logEvents).map(([name, { severities, module, fields, brief }]) => [
    code(name),
    severities.join(", "),
    module ?? "where it happens",
    names(fields),
    brief,
  ]);

const attributeRows = () =>
  Object.entries(registry.attributes).map(([name, { type, bound, values = [], brief }]) => [
    code(name),
    type,
    String(bound),
    names(values),
    brief,
  ]);
