import type { Panel as GrafanaPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import * as v2 from "@grafana/grafana-foundation-sdk/dashboardv2";
import { type Manifest, MetadataBuilder } from "@grafana/grafana-foundation-sdk/resource";
import { annotations } from "../../annotations.ts";
import type { Dashboard } from "../../panels.ts";
import { environments } from "../../queries.ts";
import { type Placed, placed } from "../layout.ts";
import { type Made, tags } from "./classic.ts";
import { grafanaPanel } from "./panel.ts";
import { logsUid, runbooksAddress, runbooksVariable, type Source, sources } from "./sources.ts";

/** Plugin versions of the Grafana in scripts/stack/tools.ts are not asked for: any will do. */
const anyVersion = "";

/**
 * A dashboard as a resource of Grafana's API server, `dashboard.grafana.app/v2`: for Git Sync, `gcx` and `kubectl`.
 * Panels are those of the classic JSON, put together anew.
 *
 * @source https://grafana.com/docs/grafana/latest/as-code/observability-as-code/schema-v2/
 */
export function grafanaResource(dashboard: Dashboard, made: Made): Manifest {
  const rows = dashboard.rows.map((row) => ({ title: row.title, panels: placed(row) }));
  const all = rows.flatMap(({ panels }) => panels);
  const builder = new v2.DashboardBuilder(dashboard.title)
    .description(`${dashboard.description} ${made.by}`)
    .tags([...tags])
    .editable(false)
    .cursorSync(v2.DashboardCursorSync.Crosshair)
    .timeSettings(
      new v2.TimeSettingsBuilder().timezone("browser").from("now-1h").to("now").autoRefresh("10s"),
    )
    .links([
      new v2.DashboardLinkBuilder()
        .title("Frontdesk")
        .type(v2.DashboardLinkType.Dashboards)
        .tags([tags[0]])
        .keepTime(true)
        .includeVars(true),
    ])
    .annotations(annotations.map(annotation))
    .variables(variables(dashboard))
    .elements(Object.fromEntries(all.map(({ key, panel }, i) => [key, element(grafanaPanel(panel), i + 1)])))
    .layout(v2.rows().rows(rows.map(({ title, panels }) => rowOf(title, panels))));
  const manifest = v2.manifest(dashboard.uid, builder).build();
  const metadata = new MetadataBuilder()
    .name(dashboard.uid)
    .annotations({
      "grafana.app/folder": folderUid,
      "grafana.app/sourcePath": "dashboards/dashboards.ts",
      "grafana.app/sourceChecksum": made.version,
    })
    .build();
  return { ...manifest, metadata };
}

/** Every dashboard lies in it. */
export const folderUid = "frontdesk";

const rowOf = (title: string, panels: readonly Placed[]) =>
  v2
    .row(title)
    .collapse(false)
    .layout(
      v2
        .grid()
        .items(
          panels.map(({ key, x, y, width, height }) =>
            v2.gridItem(key).x(x).y(y).width(width).height(height),
          ),
        ),
    );

/** The parts of a classic panel, where the new schema has them. */
function element(panel: GrafanaPanel, id: number) {
  const {
    title = "",
    description = "",
    type,
    options = {},
    fieldConfig,
    targets = [],
    transformations = [],
  } = panel;
  const links = (panel.links ?? []).map(({ title, url = "", targetBlank = false }) => ({
    build: () => ({ title, url, targetBlank }),
  }));
  return new v2.PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .links(links)
    .data(
      new v2.QueryGroupBuilder()
        .targets(targets.map((target) => queryOf(target as unknown as ClassicTarget)))
        .transformations(
          transformations.map(({ id: group, options }) => ({
            build: () => ({ kind: "Transformation" as const, group, spec: { options } }),
          })),
        ),
    )
    .visualization(
      new v2.VizConfigKindBuilder()
        .group(type)
        .version(anyVersion)
        .spec({ options, fieldConfig: fieldConfig as unknown as v2.FieldConfigSource }),
    );
}

type ClassicTarget = { refId: string; datasource: { type: string; uid: string } };

function queryOf({ refId, datasource, ...spec }: ClassicTarget) {
  return new v2.TargetBuilder()
    .refId(refId)
    .hidden(false)
    .query(dataQuery(datasource.type, datasource.uid, spec));
}

const dataQuery = (group: string, name: string, spec: object) => ({
  build: () => ({ kind: "DataQuery" as const, group, version: "v0", datasource: { name }, spec }),
});
const prometheus = (spec: object) =>
  dataQuery(sources.prometheus.type, `\${${sources.prometheus.variable}}`, spec);

const annotation = ({ name, expr, title, text, labels, colour }: (typeof annotations)[number]) =>
  new v2.AnnotationQueryBuilder()
    .name(name)
    .enable(true)
    .hide(false)
    .iconColor(colour)
    .query(
      prometheus({ expr, step: "60s", titleFormat: title, textFormat: text, tagKeys: labels.join(",") }),
    );

function variables({ inputs = [] }: Dashboard) {
  const datasource = (source: Source, label: string) =>
    new v2.DatasourceVariableBuilder(sources[source].variable).pluginId(sources[source].type).label(label);
  const text = (name: string, label: string, value: string) =>
    new v2.TextVariableBuilder(name).label(label).query(value).current({ text: value, value });
  return [
    datasource("tempo", "Tempo data source"),
    datasource("prometheus", "Prometheus data source"),
    text(sources.logs.variable, "Logs data source", logsUid),
    text(runbooksVariable, "Runbooks", runbooksAddress),
    new v2.QueryVariableBuilder("environment")
      .label("Environment")
      .query(
        prometheus({
          query: `label_values(${environments.selector}, ${environments.label})`,
          refId: "environment",
        }),
      )
      .refresh(v2.VariableRefresh.OnTimeRangeChanged)
      .sort(v2.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allowCustomValue(false)
      .current({ text: "All", value: "$__all" }),
    ...inputs.map(({ name, label, value }) => text(name, label, value)),
  ];
}
