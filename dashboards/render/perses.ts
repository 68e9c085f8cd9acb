import { own } from "../../telemetry/derive/series.ts";
import type { Limits, Mood } from "../limits.ts";
import {
  type Dashboard,
  descriptionOf,
  type Link,
  type Panel,
  type Query,
  type TablePanel,
  type Unit,
} from "../panels.ts";
import { environments } from "../queries.ts";
import { linkPath, variable } from "./console-paths.ts";
import type { Made } from "./grafana/classic.ts";
import { placed } from "./layout.ts";

type Plugin = { readonly kind: string; readonly spec: object };

/** Names of the datasources that the viewer must have. */
export const persesDatasources = {
  prometheus: "prometheus",
  tempo: "tempo",
  logs: "victorialogs",
} as const;
const prometheus = { kind: "PrometheusDatasource", name: persesDatasources.prometheus };
const tempo = { kind: "TempoDatasource", name: persesDatasources.tempo };
const logs = { kind: "VictoriaLogsDatasource", name: persesDatasources.logs };

const units: Record<Unit, string> = {
  "requests/s": "requests/sec",
  "events/s": "events/sec",
  "messages/s": "messages/sec",
  "calls/s": "ops/sec",
  "bytes/s": "bytes/sec",
  ratio: "percent-decimal",
  seconds: "seconds",
  bytes: "bytes",
  count: "decimal",
  times: "decimal",
  dollars: "usd",
};
// Legible on light and on dark ground.
const colours = { good: "#2e9e44", warn: "#e08600", bad: "#d8343f" } as const satisfies Record<Mood, string>;

/**
 * A dashboard as a Perses resource, for plugins of the versions in dashboards/console/package.json.
 *
 * @source https://perses.dev/perses/docs/api/dashboard/
 */
export function perses(dashboard: Dashboard, made: Made): object {
  const rows = dashboard.rows.map((row) => ({ title: row.title, panels: placed(row) }));
  const all = rows.flatMap(({ panels }) => panels);
  return {
    $comment: `${made.by} Definition ${made.version}.`,
    kind: "Dashboard",
    metadata: { name: dashboard.uid, project: "frontdesk" },
    spec: {
      display: { name: dashboard.title, description: dashboard.description },
      duration: "1h",
      refreshInterval: "15s",
      variables: [
        environmentVariable(),
        ...(dashboard.inputs ?? []).map(({ name, label, value }) => ({
          kind: "TextVariable",
          spec: { name, display: { name: label }, value },
        })),
      ],
      panels: Object.fromEntries(all.map(({ key, panel }) => [key, panelOf(panel)])),
      layouts: rows.map(({ title, panels }) => ({
        kind: "Grid",
        spec: {
          display: { title, collapse: { open: true } },
          items: panels.map(({ key, x, y, width, height }) => ({
            x,
            y,
            width,
            height,
            content: { $ref: `#/spec/panels/${key}` },
          })),
        },
      })),
    },
  };
}

const environmentVariable = () => ({
  kind: "ListVariable",
  spec: {
    name: "environment",
    display: { name: "Environment" },
    allowAllValue: true,
    allowMultiple: true,
    defaultValue: "$__all",
    sort: "alphabetical-asc",
    plugin: {
      kind: "PrometheusLabelValuesVariable",
      spec: {
        datasource: prometheus,
        labelName: environments.label,
        matchers: [own("frontdesk.heartbeat", "")],
      },
    },
  },
});

function panelOf(panel: Panel): object {
  const links = [...(panel.links ?? []), ...onward(panel)];
  return {
    kind: "Panel",
    spec: {
      display: { name: panel.title, description: descriptionOf(panel) },
      plugin: pluginOf(panel),
      queries: queriesOf(panel),
      ...(links.length > 0 && { links: links.map(linkOf) }),
    },
  };
}

/** A panel that lists leads to the page that lists more. */
function onward(panel: Panel): Link[] {
  if (panel.kind === "traces")
    return [{ to: "traces", title: "Search these traces", traceql: panel.traceql }];
  return panel.kind === "logs" ? [{ to: "logs", title: "Search these records", logsql: panel.logsql }] : [];
}

const linkOf = (link: Link) => ({ name: link.title, url: linkPath(link), renderVariables: true });

function queriesOf(panel: Panel): object[] {
  const metric = ({ expr: query, legend: seriesNameFormat, step }: Query) => ({
    kind: "TimeSeriesQuery",
    spec: {
      plugin: {
        kind: "PrometheusTimeSeriesQuery",
        spec: { datasource: prometheus, query, seriesNameFormat, ...(step && { minStep: step }) },
      },
    },
  });
  switch (panel.kind) {
    case "traces":
      return [
        {
          kind: "TraceQuery",
          spec: {
            plugin: { kind: "TempoTraceQuery", spec: { datasource: tempo, query: panel.traceql, limit: 20 } },
          },
        },
      ];
    case "logs":
      return [
        {
          kind: "LogQuery",
          spec: { plugin: { kind: "VictoriaLogsLogQuery", spec: { datasource: logs, query: panel.logsql } } },
        },
      ];
    case "table":
      return panel.columns.map(({ query }) => metric(query));
    default:
      return panel.queries.map(metric);
  }
}

function pluginOf(panel: Panel): Plugin {
  switch (panel.kind) {
    case "lines": {
      const { unit, min = 0, max, limits } = panel;
      return {
        kind: "TimeSeriesChart",
        spec: {
          legend: { position: "bottom", mode: "table", size: "small", values: ["last-number"] },
          yAxis: {
            ...axisOf(unit),
            ...(min !== "lowest" && { min }),
            ...(max !== undefined && { max }),
          },
          visual: {
            display: "line",
            lineWidth: 1.25,
            areaOpacity: 0.08,
            showPoints: "auto",
            connectNulls: false,
          },
          ...(limits && { thresholds: thresholdsOf(limits) }),
        },
      };
    }
    case "values":
      return {
        kind: "StatChart",
        spec: {
          calculation: "last-number",
          // Beside its unit a figure would be tiny; the title says what it counts.
          format: axisOf(panel.unit).format,
          // With a line below it, every figure is of the same size.
          sparkline: {},
          thresholds: thresholdsOf(panel.limits),
        },
      };
    case "bars":
      return {
        kind: "BarChart",
        spec: { calculation: "last-number", format: formatOf(panel.unit), sort: "desc", mode: "value" },
      };
    case "table":
      return tableOf(panel);
    case "traces":
      return { kind: "TraceTable", spec: { links: { trace: `/traces/${variable("traceId")}` } } };
    case "logs":
      return { kind: "LogsTable", spec: { showTime: true, enableDetails: true } };
  }
}

/** A rate's unit stands beside the axis once, not at each of its numbers, where it would take their room. */
const axisOf = (unit: Unit) =>
  unit.endsWith("/s") && unit !== "bytes/s"
    ? { show: true, label: unit, format: formatOf("count") }
    : { format: formatOf(unit) };

const formatOf = (unit: Unit) => ({
  unit: units[unit],
  ...(unit !== "bytes" && unit !== "seconds" && { shortValues: true }),
});

/** Where nothing is promised a number is neither good nor bad. */
const thresholdsOf = ({ below, steps }: Partial<Limits> = {}) => ({
  mode: "absolute",
  defaultColor: below ? colours[below] : "#5b7fb5",
  steps: (steps ?? []).map(({ from, mood }) => ({ value: from, color: colours[mood] })),
});

/** Several queries come as `label #1`, `label #2` …: made one column, then joined by it. */
function tableOf({ rows, columns, sort }: TablePanel): Plugin {
  const labels = Object.keys(rows);
  const several = columns.length > 1;
  return {
    kind: "Table",
    spec: {
      density: "compact",
      // Columns share the width that there is: none is cut off.
      defaultColumnWidth: "auto",
      columnSettings: [
        ...Object.entries(rows).map(([name, header]) => ({ name, header })),
        ...columns.map(({ head, unit }, i) => ({
          name: several ? `value #${i + 1}` : "value",
          header: head,
          format: formatOf(unit),
          align: "right",
          enableSorting: true,
          ...(sort?.head === head && { sort: sort.order === "ascending" ? "asc" : "desc" }),
        })),
        { name: "timestamp", hide: true },
        ...columns.map((_column, i) => ({ name: several ? `__name__ #${i + 1}` : "__name__", hide: true })),
      ],
      ...(several && {
        transforms: [
          ...labels.map((column) => ({ kind: "MergeIndexedColumns", spec: { column } })),
          { kind: "JoinByColumnValue", spec: { columns: labels } },
        ],
      }),
    },
  };
}
