import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  type Dashboard as GrafanaDashboard,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { errorBudget } from "../../telemetry/derive/decimal.ts";
import { type Slo, type SloId, slos } from "../../telemetry/slo.ts";
import type { Dashboard, Panel, Unit } from "../panels.ts";
import { environments } from "../queries.ts";

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana, not of TypeScript
const datasource = { type: "prometheus", uid: "${datasource}" };
const grid = { columns: 24, height: 8 };

const units: Record<Unit, string> = {
  "requests/s": "reqps",
  "events/s": "cps",
  "messages/s": "mps",
  ratio: "percentunit",
  seconds: "s",
  count: "short",
};

/** A dashboard as classic Grafana JSON, the one that file provisioning accepts. */
export function grafanaClassic(dashboard: Dashboard, madeBy: string): GrafanaDashboard {
  const builder = new DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(`${dashboard.description} ${madeBy}`)
    .tags(["frontdesk", "generated"])
    .timezone("browser")
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: "now-1h", to: "now" })
    .refresh("10s")
    .annotations([])
    .withVariable(new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"))
    .withVariable(environmentVariable());
  let nextId = 1;
  for (const { title, panels } of dashboard.rows) {
    builder.withRow(new RowBuilder(title).id(nextId++));
    for (const panel of panels)
      builder.withPanel(panelBuilder(panel, Math.floor(grid.columns / panels.length)).id(nextId++));
  }
  return builder.build();
}

/** One, some or all environments; all at first, as lines of their own. */
const environmentVariable = (): QueryVariableBuilder =>
  new QueryVariableBuilder("environment")
    .label("Environment")
    .datasource(datasource)
    .query(`label_values(${environments.selector}, ${environments.label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allowCustomValue(false)
    .current({ selected: true, text: "All", value: "$__all" });

function panelBuilder(panel: Panel, width: number): PanelBuilder {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(`${panel.question} No data: ${panel.noData}`)
    .datasource(datasource)
    .unit(units[panel.unit])
    .min(0)
    .noValue("no data")
    .height(grid.height)
    .span(width)
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  for (const [index, { expr, legend }] of panel.queries.entries())
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .datasource(datasource)
        .expr(expr)
        .legendFormat(legend)
        .range()
        .exemplar(panel.exemplars === true),
    );
  return panel.promise ? withPromise(builder, panel.promise) : builder;
}

function promisedLimit({ objective, indicator: { good } }: Slo): number {
  if (good.kind === "within") return good.seconds;
  return good.kind === "at most" ? good.value : Number(errorBudget(objective));
}

function withPromise(builder: PanelBuilder, id: SloId): PanelBuilder {
  const limit = promisedLimit(slos[id]);
  return builder
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: "green" },
        { value: limit, color: "red" },
      ]),
    );
}
