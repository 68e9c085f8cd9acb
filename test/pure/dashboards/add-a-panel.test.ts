import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { overview } from "../../../dashboards/overview.ts";
import type { Dashboard, Panel } from "../../../dashboards/panels.ts";
import { perSecond } from "../../../dashboards/queries.ts";
import { drawn, madeOf } from "../../../dashboards/render/files.ts";
import { honeycombBoards } from "../../../dashboards/render/honeycomb.ts";
import type { LintedDashboard } from "../../support/dashboard-linter/model.ts";
import { rules } from "../../support/dashboard-linter/rules.ts";

const code = (path: string) => readFileSync(resolve(import.meta.dirname, path), "utf8");
const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();

// The panel of the README, word for word.
const panel: Panel = {
  kind: "lines",
  title: "Heartbeats",
  question: "Does cron run?",
  unit: "events/s",
  noData: "No heartbeat was ever heard.",
  queries: [perSecond("frontdesk.heartbeat", [])],
};
const dashboard: Dashboard = {
  ...overview,
  rows: [{ title: "Is it bad?", panels: [panel] }, ...overview.rows],
};

describe("the panel that the README adds", () => {
  it("is the one that is added here", () => {
    const [, told = ""] = /```ts\n([\s\S]+?)```/.exec(code("../../../dashboards/README.md")) ?? [];
    const [, added = ""] = /const panel: Panel = ([\s\S]+?);\n/.exec(code("./add-a-panel.test.ts")) ?? [];
    expect(squeezed(told)).toBe(squeezed(added));
  });

  const files = Object.fromEntries(
    Object.entries(drawn([dashboard])).map(([path, value]) => [
      path.split("/")[2],
      JSON.parse(JSON.stringify(value)) as Record<string, unknown>,
    ]),
  );

  it("is drawn for Grafana, old and new, and for Perses", () => {
    const query =
      'sum by (deployment_environment_name) (rate(frontdesk_heartbeat_total{service_name="frontdesk",deployment_environment_name=~"$environment"}[$__rate_interval]))';
    const description = "Does cron run? No data: No heartbeat was ever heard.";
    expect(files.grafana?.panels).toContainEqual(
      expect.objectContaining({
        type: "timeseries",
        title: "Heartbeats",
        description,
        targets: [expect.objectContaining({ expr: query })],
        fieldConfig: expect.objectContaining({ defaults: expect.objectContaining({ unit: "cps", min: 0 }) }),
      }),
    );
    expect(files["grafana-v2"]).toMatchObject({
      apiVersion: "dashboard.grafana.app/v2",
      kind: "Dashboard",
      metadata: { name: overview.uid, annotations: { "grafana.app/folder": "frontdesk" } },
      spec: {
        elements: {
          heartbeats: {
            kind: "Panel",
            spec: { title: "Heartbeats", description, vizConfig: { kind: "VizConfig", group: "timeseries" } },
          },
        },
      },
    });
    expect(files.perses).toMatchObject({
      kind: "Dashboard",
      metadata: { name: overview.uid, project: "frontdesk" },
      spec: {
        panels: {
          heartbeats: {
            kind: "Panel",
            spec: {
              display: { name: "Heartbeats", description },
              plugin: {
                kind: "TimeSeriesChart",
                spec: { yAxis: { show: true, label: "events/s", format: { unit: "decimal" }, min: 0 } },
              },
              queries: [
                {
                  kind: "TimeSeriesQuery",
                  spec: { plugin: { kind: "PrometheusTimeSeriesQuery", spec: { query } } },
                },
              ],
            },
          },
        },
      },
    });
  });

  it("keeps the rules of dashboard-linter, and changes the version", () => {
    for (const [rule, lint] of Object.entries(rules))
      expect(lint(files.grafana as unknown as LintedDashboard), rule).toEqual([]);
    expect(madeOf(dashboard).version).not.toBe(madeOf(overview).version);
  });

  it("stands on Honeycomb's board once it says what to ask of spans", () => {
    const asking = { ...panel, spans: { calculate: "count", by: [] } } as const;
    const boards = (one: Panel) =>
      JSON.stringify(
        honeycombBoards("", [{ ...dashboard, rows: [{ title: "x", panels: [one] }] }], {
          dataset: "x",
          ids: [],
        }),
      );
    expect(boards(panel)).not.toContain("Heartbeats");
    expect(boards(asking)).toContain("Does cron run?");
  });
});

describe("every drawing", () => {
  it("has every panel exactly once, within the grid", () => {
    for (const [path, value] of Object.entries(drawn([overview]))) {
      const titles = overview.rows.flatMap(({ panels }) => panels.map(({ title }) => title));
      const text = JSON.stringify(value);
      for (const title of titles)
        expect(text.match(new RegExp(`"(title|name)":"${title}"`, "g")), `${path}: ${title}`).toHaveLength(1);
    }
    const { panels } = files(overview) as { panels: { gridPos: Record<"x" | "y" | "w" | "h", number> }[] };
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (const [i, a] of panels.entries())
      for (const b of panels.slice(i + 1)) {
        const apart = (from: "x" | "y", size: "w" | "h") =>
          a.gridPos[from] + a.gridPos[size] <= b.gridPos[from] ||
          b.gridPos[from] + b.gridPos[size] <= a.gridPos[from];
        expect(apart("x", "w") || apart("y", "h")).toBe(true);
      }
  });
});

const files = (one: Dashboard) =>
  JSON.parse(JSON.stringify(drawn([one])[`dashboards/generated/grafana/${one.uid}.json`])) as unknown;
