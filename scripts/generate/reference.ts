import { type AttributeName, attributes } from "../../telemetry/attributes.ts";
import { attributeBriefs, metricBriefs, spanBriefs } from "../../telemetry/briefs.ts";
import { labelName, prometheusName } from "../../telemetry/derive/names.ts";
import { type MetricName, metrics } from "../../telemetry/metrics.ts";
import { type Slo, slos } from "../../telemetry/slo.ts";
import { bindingSpans, type SpanName, spans } from "../../telemetry/spans.ts";

/** Text of telemetry/REFERENCE.md: every name that may appear in telemetry. */
export const reference = (header: string): string =>
  [
    `<!-- ${header} -->`,
    "# Telemetry reference",
    "",
    "Every name that may appear in telemetry, from the tables in this folder.",
    "",
    ...section("Promises", ["Id", "Promise", "Owner", "What users feel"], promiseRows()),
    ...section("Metrics", ["Metric", "In Prometheus", "Kind", "Unit", "Labels", "Meaning"], metricRows()),
    ...section("Spans of the application", ["Span", "Attributes", "Meaning"], spanRows()),
    ...section("Spans of entry points and bindings", ["What", "Name", "Kind"], bindingRows()),
    ...section("Attributes", ["Attribute", "Type", "Distinct values", "Meaning"], attributeRows()),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [
    `## ${title}`,
    "",
    line(head),
    `|${head.map(() => "---|").join("")}`,
    ...rows.map(line),
    "",
    "",
  ].slice(0, -1);
}

const escapeCell = (text: string) => text.replace(/\|/g, "\\|");
const code = (text: string) => `\`${text}\``;

const promiseRows = () =>
  Object.entries<Slo>(slos).map(([id, slo]) => [code(id), promiseOf(slo), slo.owner, slo.userImpact]);

function promiseOf({ objective, window, indicator: { good } }: Slo): string {
  const what = good.kind === "within" ? `within ${good.seconds} s` : "without failure";
  return `${objective} ${what} over ${window}`;
}

const metricRows = () =>
  (Object.keys(metrics) as MetricName[]).map((name) => {
    const { instrument, unit, labels } = metrics[name];
    const inPrometheus = code(
      `${prometheusName(name)}${instrument === "histogram" ? "_{bucket,count,sum}" : ""}`,
    );
    return [
      code(name),
      inPrometheus,
      instrument,
      unit,
      labels.map((l) => code(labelName(l))).join(" "),
      metricBriefs[name],
    ];
  });

const spanRows = () =>
  (Object.keys(spans) as SpanName[]).map((name) => [
    code(name),
    spans[name].attributes.map(code).join(" "),
    spanBriefs[name],
  ]);

const bindingRows = () =>
  Object.entries(bindingSpans).map(([what, { name, kind }]) => [what, code(name), kind]);

const attributeRows = () =>
  (Object.keys(attributes) as AttributeName[]).map((name) => {
    const { type, bound } = attributes[name];
    return [code(name), type, String(bound), attributeBriefs[name]];
  });
