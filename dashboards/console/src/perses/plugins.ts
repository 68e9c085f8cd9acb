import * as barChart from "@perses-dev/bar-chart-plugin/package.json";
import { dynamicImportPluginLoader, type PluginModuleResource } from "@perses-dev/plugin-system";
import * as prometheus from "@perses-dev/prometheus-plugin/package.json";
import * as statChart from "@perses-dev/stat-chart-plugin/package.json";
import * as table from "@perses-dev/table-plugin/package.json";
import * as tempo from "@perses-dev/tempo-plugin/package.json";
import * as timeSeriesChart from "@perses-dev/timeseries-chart-plugin/package.json";
import * as traceTable from "@perses-dev/trace-table-plugin/package.json";
import * as ganttChart from "@perses-dev/tracing-gantt-chart-plugin/package.json";

type Described = { readonly name: string; readonly version: string; readonly perses: unknown };

/** What a plugin says of itself stands in its package.json, so no backend is asked. */
const resourceOf = ({ name, version, perses }: Described): PluginModuleResource =>
  ({ kind: "PluginModule", metadata: { name, version }, spec: perses }) as PluginModuleResource;

/**
 * Log records, under the names of Perses' own plugins: those need a newer Perses than the parts that fit together here,
 * and both are to read the generated dashboards.
 *
 * @source https://perses.dev/plugins/docs/victorialogs/model/
 */
const ownLogs: PluginModuleResource = {
  kind: "PluginModule",
  metadata: { name: "frontdesk-logs", version: "1" },
  spec: {
    plugins: [
      { kind: "LogQuery", spec: { display: { name: "VictoriaLogs" }, name: "VictoriaLogsLogQuery" } },
      { kind: "Panel", spec: { display: { name: "Log records" }, name: "LogsTable" } },
    ],
  },
};

/** Plugins are part of the bundle, each its own chunk; none is fetched from another host. */
export const pluginLoader = dynamicImportPluginLoader([
  { resource: resourceOf(prometheus), importPlugin: () => import("@perses-dev/prometheus-plugin") },
  { resource: resourceOf(tempo), importPlugin: () => import("./tempo.ts") },
  {
    resource: resourceOf(timeSeriesChart),
    importPlugin: () => import("@perses-dev/timeseries-chart-plugin"),
  },
  { resource: resourceOf(statChart), importPlugin: () => import("@perses-dev/stat-chart-plugin") },
  { resource: resourceOf(barChart), importPlugin: () => import("@perses-dev/bar-chart-plugin") },
  { resource: resourceOf(table), importPlugin: () => import("@perses-dev/table-plugin") },
  { resource: resourceOf(traceTable), importPlugin: () => import("@perses-dev/trace-table-plugin") },
  { resource: resourceOf(ganttChart), importPlugin: () => import("@perses-dev/tracing-gantt-chart-plugin") },
  { resource: ownLogs, importPlugin: () => import("./logs.tsx") },
]);
