import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { ruleFilesOf } from "../../alerts/alerts.ts";
import { coarseTestFile } from "../../alerts/coarse-tests.ts";
import { honeycomb, isOverRequests, sliDataset } from "../../alerts/honeycomb.ts";
import { openSlo } from "../../alerts/openslo.ts";
import { alertmanagerFile } from "../../alerts/routing/alertmanager.ts";
import { ruleFile } from "../../alerts/rule-file.ts";
import { isFirstOfItsKind, ruleTestFile } from "../../alerts/rule-tests.ts";
import { type Measured, runbookIndex } from "../../alerts/runbook-index.ts";
import { paceOf } from "../../alerts/scenario.ts";
import { pairsOf } from "../../alerts/slo-alerts.ts";
import { dashboards } from "../../dashboards/dashboards.ts";
import { drawings, drawn } from "../../dashboards/render/files.ts";
import { honeycombBoards } from "../../dashboards/render/honeycomb.ts";
import { grafanaTerraform, type Provisioned } from "../../dashboards/render/terraform.ts";
import { thresholds } from "../../load/thresholds.ts";
import { logRecordSchema, otlpLogRecordSchema } from "../../telemetry/registry/log-schema.ts";
import { registry } from "../../telemetry/registry/registry.ts";
import { registrySchema } from "../../telemetry/registry/registry-schema.ts";
import { type Promises, slos } from "../../telemetry/slo.ts";
import { reference } from "./reference.ts";
import { weaverRegistry } from "./weaver.ts";

/** Folders in which nothing but generated files may lie. */
export const generatedFolders = [
  "telemetry/generated",
  "telemetry/generated/weaver",
  "alerts/generated",
  "dashboards/generated",
  ...Object.values(drawings).map((folder) => `dashboards/generated/${folder}` as const),
  "load/generated",
] as const;

/** Path in the repository → text of every generated file. Same input, same bytes. */
export function generatedFiles(promises: Promises = slos): Record<string, string> {
  return {
    "telemetry/REFERENCE.md": reference(madeFrom("telemetry/*.ts"), promises),
    ...registryFiles(madeFrom("telemetry/*.ts")),
    "alerts/runbooks/INDEX.md": runbookIndex(
      madeFrom("alerts/alerts.ts and docs/detection.json"),
      promises,
      measuredAlerts(),
    ),
    ...Object.fromEntries(Object.entries(drawn(dashboards)).map(([path, value]) => [path, json(value)])),
    "dashboards/generated/grafana.tf.json": json(
      grafanaTerraform(
        madeFrom("dashboards/ and dashboards/provisioning"),
        dashboards,
        provisionedDatasources(),
      ),
    ),
    "alerts/generated/honeycomb-boards.tf.json": json(
      honeycombBoards(madeFrom("dashboards/ by dashboards/render/honeycomb.ts"), dashboards, {
        dataset: sliDataset,
        ids: Object.entries(promises).flatMap(([id, slo]) => (isOverRequests(slo) ? [id] : [])),
      }),
    ),
    "load/generated/thresholds.json": json(
      thresholds(madeFrom("telemetry/slo.ts by load/thresholds.ts"), promises),
    ),
    "alerts/generated/honeycomb.tf.json": json(
      honeycomb(madeFrom("telemetry/slo.ts by alerts/honeycomb.ts"), promises),
    ),
    "alerts/generated/openslo.yaml": openSlo(madeFrom("telemetry/slo.ts by alerts/openslo.ts"), promises),
    "telemetry/stack/alertmanager.yaml": alertmanagerFile(madeFrom("alerts/routing"), "local"),
    "telemetry/stack/alertmanager.production.yaml": alertmanagerFile(
      madeFrom("alerts/routing"),
      "production",
    ),
    ...rules(promises),
  };
}

/** Datasources of the Grafana in compose.yaml, without the one for alerts, which every Grafana has its own of. */
function provisionedDatasources(): readonly Provisioned[] {
  const file = fileURLToPath(
    new URL("../../dashboards/provisioning/datasources/frontdesk.yaml", import.meta.url),
  );
  const { datasources } = parse(readFileSync(file, "utf8")) as { datasources: readonly Provisioned[] };
  return datasources.filter(({ type }) => type !== "alertmanager");
}

/** What the last drills measured; nothing where none was run. */
function measuredAlerts(): Readonly<Record<string, readonly Measured[]>> {
  const file = fileURLToPath(new URL("../../docs/detection.json", import.meta.url));
  if (!existsSync(file)) return {};
  return (JSON.parse(readFileSync(file, "utf8")) as { alerts: Record<string, Measured[]> }).alerts;
}

function registryFiles(header: string): Record<string, string> {
  const weaver = Object.entries(weaverRegistry(header)).map(([name, text]) => [
    `telemetry/generated/weaver/${name}`,
    text,
  ]);
  return {
    "telemetry/generated/registry.json": json({ $comment: header, ...registry }),
    "telemetry/generated/registry.schema.json": json(registrySchema(header)),
    "telemetry/generated/log-record.schema.json": json(logRecordSchema(header)),
    "telemetry/generated/otlp-log-record.schema.json": json(otlpLogRecordSchema(header)),
    ...Object.fromEntries(weaver),
  };
}

function rules(promises: Promises): Record<string, string> {
  const header = madeFrom("telemetry/slo.ts by alerts/");
  const files = Object.entries(ruleFilesOf(promises)).map(([name, groups]) => [
    `alerts/generated/${name}.rules.yaml`,
    ruleFile(header, groups),
  ]);
  const tests = Object.entries(promises).flatMap(([id, slo]) =>
    [...new Set(pairsOf(slo).map(({ severity }) => severity))].map((severity) => [
      `alerts/generated/${id}.${severity}.test.yaml`,
      ruleTestFile(header, { id, slo, isFirst: isFirstOfItsKind(id, promises) }, paceOf(slo, severity)),
    ]),
  );
  const coarse = Object.entries(promises).flatMap(([id, slo]) => {
    const isFirst = isFirstOfItsKind(id, promises);
    return (isFirst ? (["page", "ticket"] as const) : (["ticket"] as const)).map((severity) => [
      `alerts/generated/${id}.coarse-${severity}.test.yaml`,
      coarseTestFile(header, { id, slo, isFirst }, severity),
    ]);
  });
  return Object.fromEntries([...files, ...tests, ...coarse]);
}

const madeFrom = (source: string) => `Generated by \`npm run generate\` from ${source}. Do not edit.`;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
