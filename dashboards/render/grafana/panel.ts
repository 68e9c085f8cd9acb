import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LogsSortOrder,
  ReduceDataOptionsBuilder,
  SortOrder,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type DashboardLinkBuilder,
  type Panel as GrafanaPanel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as tempo from "@grafana/grafana-foundation-sdk/tempo";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Limits, Mood } from "../../limits.ts";
import {
  descriptionOf,
  type LinePanel,
  type LogPanel,
  type Panel,
  type Query,
  type TablePanel,
  type TracePanel,
  type Unit,
  type ValuePanel,
} from "../../panels.ts";
import { isOfLine, linkBuilder } from "./links.ts";
import { ref } from "./sources.ts";

const units: Record<Unit, string> = {
  "requests/s": "reqps",
  "events/s": "cps",
  "messages/s": "mps",
  "calls/s": "ops",
  "bytes/s": "Bps",
  ratio: "percentunit",
  seconds: "s",
  bytes: "decbytes",
  count: "short",
  times: "short",
  dollars: "currencyUSD",
};
const colours = { good: "green", warn: "orange", bad: "red" } as const satisfies Record<Mood, string>;

/** A panel as Grafana has it, without its place. */
export function grafanaPanel(panel: Panel): GrafanaPanel {
  switch (panel.kind) {
    case "lines":
      return lines(panel).build();
    case "values":
      return values(panel).build();
    case "bars":
      return bars(panel).build();
    case "table":
      return tableOf(panel).build();
    case "traces":
      return traces(panel).build();
    case "logs":
      return records(panel).build();
  }
}

type Common = {
  title(title: string): Common;
  description(description: string): Common;
  links(links: DashboardLinkBuilder[]): Common;
  dataLinks(links: DashboardLinkBuilder[]): Common;
  noValue(text: string): Common;
};

/** What every panel has: title, question, meaning of emptiness, and where to go from here. */
function asked<B extends object>(builder: B, panel: Panel): B {
  const { title, links = [] } = panel;
  const heads = panel.kind === "table" ? panel.rows : undefined;
  const builders = (ofLine: boolean) =>
    links.filter((link) => isOfLine(link) === ofLine).map((link) => linkBuilder(link, heads));
  (builder as unknown as Common)
    .title(title)
    .description(descriptionOf(panel))
    .noValue("no data")
    .links(builders(false))
    .dataLinks(builders(true));
  return builder;
}

function lines(panel: LinePanel): timeseries.PanelBuilder {
  const { unit, min = 0, max, limits, queries, exemplars = false } = panel;
  const builder = asked(new timeseries.PanelBuilder(), panel)
    .datasource(ref("prometheus"))
    .unit(units[unit])
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(queries.map((query, i) => target(query, i).range().exemplar(exemplars)));
  if (min !== "lowest") builder.min(min);
  if (max !== undefined) builder.max(max);
  if (limits)
    builder
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
      .thresholds(thresholds(limits));
  return builder;
}

const last = () => new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("").values(false);

function values(panel: ValuePanel): stat.PanelBuilder {
  const { unit, limits, queries } = panel;
  return asked(new stat.PanelBuilder(), panel)
    .datasource(ref("prometheus"))
    .unit(units[unit])
    .reduceOptions(last())
    .colorMode(limits ? BigValueColorMode.Value : BigValueColorMode.None)
    .graphMode(BigValueGraphMode.Area)
    .thresholds(thresholds(limits))
    .targets(queries.map((query, i) => target(query, i).range()));
}

function bars(panel: ValuePanel): bargauge.PanelBuilder {
  const { unit, limits, queries, min = 0, max } = panel;
  const builder = asked(new bargauge.PanelBuilder(), panel)
    .datasource(ref("prometheus"))
    .unit(units[unit])
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(last())
    .thresholds(thresholds(limits))
    .targets(queries.map((query, i) => target(query, i).instant()));
  if (min !== "lowest") builder.min(min);
  if (max !== undefined) builder.max(max);
  return builder;
}

/** Columns of all queries beside each other: `merge` joins rows by their labels, the rest gives names and order. */
function tableOf(panel: TablePanel): table.PanelBuilder {
  const { rows, columns, sort } = panel;
  const fieldOf = (i: number) => (columns.length === 1 ? "Value" : `Value #${refId(i)}`);
  const heads = { ...rows, ...Object.fromEntries(columns.map(({ head }, i) => [fieldOf(i), head])) };
  const builder = asked(new table.PanelBuilder(), panel)
    .datasource(ref("prometheus"))
    .targets(
      columns.map(({ query }, i) => target(query, i).instant().format(prometheus.PromQueryFormat.Table)),
    )
    .transformations([
      { id: "merge", options: {} },
      {
        id: "organize",
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(Object.keys(heads).map((name, i) => [name, i])),
          renameByName: heads,
        },
      },
    ]);
  for (const { head, unit, limits } of columns)
    builder.overrideByName(head, [
      { id: "unit", value: units[unit] },
      ...(limits
        ? [
            { id: "thresholds", value: thresholds(limits).build() },
            { id: "custom.cellOptions", value: { type: "color-text" } },
          ]
        : []),
    ]);
  if (sort)
    builder.sortBy([
      new TableSortByFieldStateBuilder().displayName(sort.head).desc(sort.order === "descending"),
    ]);
  return builder;
}

const traces = (panel: TracePanel): table.PanelBuilder =>
  asked(new table.PanelBuilder(), panel)
    .datasource(ref("tempo"))
    // Columns of traces bring their own.
    .unit("none")
    .targets([
      new tempo.DataqueryBuilder()
        .refId(refId(0))
        .datasource(ref("tempo"))
        .queryType("traceql")
        .query(panel.traceql)
        .limit(20)
        .tableType(tempo.SearchTableType.Traces),
    ]);

const records = (panel: LogPanel): logs.PanelBuilder =>
  asked(new logs.PanelBuilder(), panel)
    .datasource(ref("logs"))
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
    .targets([logsTarget(panel.logsql)]);

/** The SDK knows no query of VictoriaLogs' plugin. @source https://docs.victoriametrics.com/victorialogs/victorialogs-datasource/ */
const logsTarget = (expr: string): Builder<Dataquery> => ({
  build: () =>
    ({
      refId: refId(0),
      datasource: ref("logs"),
      expr,
      queryType: "instant",
      maxLines: 100,
    }) as unknown as Dataquery,
});

const refId = (i: number) => String.fromCharCode(65 + i);

function target({ expr, legend, step }: Query, i: number): prometheus.DataqueryBuilder {
  const builder = new prometheus.DataqueryBuilder()
    .refId(refId(i))
    .datasource(ref("prometheus"))
    .expr(expr)
    .legendFormat(legend);
  return step ? builder.interval(step) : builder;
}

function thresholds(limits: Limits = { below: "good", steps: [] }): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([
      { value: null, color: colours[limits.below] },
      ...limits.steps.map(({ from, mood }) => ({ value: from, color: colours[mood] })),
    ]);
}
