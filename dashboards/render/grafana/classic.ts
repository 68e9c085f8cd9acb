import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Dashboard as GrafanaDashboard,
  type Panel as GrafanaPanel,
  type RowPanel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { type Annotation, annotations } from "../../annotations.ts";
import type { Dashboard } from "../../panels.ts";
import { placed } from "../layout.ts";
import { grafanaPanel } from "./panel.ts";
import { ref, variables } from "./sources.ts";

/** Who made it from what: shown in the description, and compared where it is deployed. */
export type Made = { readonly by: string; readonly version: string };

/** Every dashboard carries the first, so that each finds the others; with the second, none made by hand is taken for ours. */
export const tags = ["frontdesk", "generated"] as const;

/** A dashboard as classic Grafana JSON, the one that file provisioning and every Grafana accepts. */
export function grafanaClassic(dashboard: Dashboard, made: Made): GrafanaDashboard {
  const built = new DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(`${dashboard.description} ${made.by}`)
    .tags([...tags, `definition:${made.version}`])
    .timezone("browser")
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: "now-1h", to: "now" })
    .refresh("10s")
    .links([
      new DashboardLinkBuilder("Frontdesk")
        .type(DashboardLinkType.Dashboards)
        .tags([tags[0]])
        .keepTime(true)
        .includeVars(true),
    ])
    .annotations(annotations.map(annotation))
    .variables(variables(dashboard))
    .build();
  return { ...built, panels: panelsOf(dashboard) };
}

const annotation = ({ name, expr, title, text, labels, colour }: Annotation) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(ref("prometheus"))
    .enable(true)
    .hide(false)
    .iconColor(colour)
    .expr(expr)
    .step("60s")
    .titleFormat(title)
    .textFormat(text)
    .tagKeys(labels.join(","));

/** Rows and panels, numbered and placed from top to bottom. */
function panelsOf({ rows }: Dashboard): (GrafanaPanel | RowPanel)[] {
  let [id, y] = [1, 0];
  return rows.flatMap((row) => {
    const header = {
      type: "row" as const,
      title: row.title,
      id: id++,
      collapsed: false,
      gridPos: { x: 0, y: y++, w: 24, h: 1 },
      panels: [],
    };
    const panels = placed(row).map(({ panel, x, width, height }) => ({
      ...grafanaPanel(panel),
      id: id++,
      gridPos: { x, y, w: width, h: height },
    }));
    y += Math.max(...panels.map(({ gridPos }) => gridPos.h));
    return [header, ...panels];
  });
}
