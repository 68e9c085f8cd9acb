import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { apiOverview } from "../../../dashboards/overview.ts";
import type { Panel } from "../../../dashboards/panels.ts";
import { grafanaClassic } from "../../../dashboards/render/grafana-classic.ts";

const panels = apiOverview.rows.flatMap((row) => row.panels);

/** Held by the compiler: a panel must say what it answers and what emptiness means. */
const refused = {
  // @ts-expect-error no question
  question: (): Panel => ({
    title: "x",
    unit: "seconds",
    noData: "x",
    queries: [{ expr: "up", legend: "" }],
  }),
  // @ts-expect-error no unit
  unit: (): Panel => ({ title: "x", question: "?", noData: "x", queries: [{ expr: "up", legend: "" }] }),
  // @ts-expect-error no meaning of emptiness
  noData: (): Panel => ({
    title: "x",
    question: "?",
    unit: "seconds",
    queries: [{ expr: "up", legend: "" }],
  }),
  // @ts-expect-error nothing to draw
  queries: (): Panel => ({ title: "x", question: "?", unit: "seconds", noData: "x", queries: [] }),
  // @ts-expect-error no such promise
  promise: (): Panel => ({ ...panels[0], promise: "api-speed" }),
};

type Target = { expr: string; exemplar?: boolean; datasource: { uid: string } };
type Drawn = {
  id: number;
  type: string;
  title: string;
  description: string;
  targets: Target[];
  fieldConfig: {
    defaults: { unit: string; noValue: string; thresholds?: { steps: { value: number | null }[] } };
  };
};

describe("the Grafana file of the overview", () => {
  const file = resolve(import.meta.dirname, "../../../dashboards/generated/api-overview.json");
  const json = JSON.parse(readFileSync(file, "utf8")) as {
    uid: string;
    panels: Drawn[];
    templating: { list: { type: string; name: string; query?: unknown }[] };
  };
  const drawn = json.panels.filter(({ type }) => type !== "row");

  it("draws every panel once, under ids of their own", () => {
    expect(drawn.map(({ title }) => title)).toEqual(panels.map(({ title }) => title));
    expect(new Set(json.panels.map(({ id }) => id)).size).toBe(json.panels.length);
  });
  it("keeps its address", () => expect(json.uid).toBe("frontdesk-api-overview"));
  it("takes its data source from a variable", () => {
    expect(json.templating.list).toContainEqual(
      expect.objectContaining({ type: "datasource", name: "datasource" }),
    );
    const uids = drawn.flatMap(({ targets }) => targets.map(({ datasource }) => datasource.uid));
    expect(new Set(uids)).toEqual(new Set(["$" + "{datasource}"]));
  });
  it("asks the data source for the environments and offers one, some or all of them", () =>
    expect(json.templating.list.find(({ name }) => name === "environment")).toMatchObject({
      type: "query",
      query: 'label_values(frontdesk_heartbeat_total{service_name="frontdesk"}, deployment_environment_name)',
      datasource: { uid: "$" + "{datasource}" },
      multi: true,
      includeAll: true,
      current: { value: "$__all" },
    }));
  it("reads the product's own series of the chosen environments, and never adds two of them up", () => {
    for (const { expr } of drawn.flatMap(({ targets }) => targets)) {
      const selectors =
        expr.match(/\b(http|frontdesk)_[a-z_]+_(seconds|count|bucket|total|pending|backlog)\b/g) ?? [];
      const own =
        expr.match(/\{service_name="frontdesk",deployment_environment_name=~"\$environment"[,}]/g) ?? [];
      expect(selectors.length, expr).toBeGreaterThan(0);
      expect(own.length, expr).toBe(selectors.length);
      const sums = expr.match(/\b(sum|max)\b/g) ?? [];
      expect(expr.match(/\b(sum|max) by \((le, )?deployment_environment_name[,)]/g)).toHaveLength(
        sums.length,
      );
    }
  });
  it.each(drawn.map((panel) => [panel.title, panel] as const))(
    "%s has unit, question and meaning of emptiness",
    (_title, panel) => {
      expect(panel.fieldConfig.defaults.unit).not.toBe("");
      expect(panel.description).toMatch(/\? .*No data: /);
    },
  );
  it("reads rates over the interval that Grafana chooses", () => {
    for (const { expr } of drawn.flatMap(({ targets }) => targets))
      if (expr.includes("rate(")) expect(expr).toMatch(/\[\$__rate_interval\]/);
  });
  it("draws the promises where they are read", () => {
    const limit = (title: string) =>
      drawn
        .find((panel) => panel.title === title)
        ?.fieldConfig.defaults.thresholds?.steps.map(({ value }) => value);
    expect(limit("Share of failed requests by route")).toEqual([null, 0.001]);
    expect(limit("p99 by route")).toEqual([null, 0.5]);
  });
  it("leads from slow requests to their traces", () =>
    expect(drawn.find(({ title }) => title === "p99 by route")?.targets[0]?.exemplar).toBe(true));
});

it("renders the same bytes for the same definition", () =>
  expect(JSON.stringify(grafanaClassic(apiOverview, "x"))).toBe(
    JSON.stringify(grafanaClassic(apiOverview, "x")),
  ));

it("refuses a panel without queries at compile time only, so each one here has some", () => {
  expect(refused.queries().queries).toEqual([]);
  for (const { queries } of panels) expect(queries.length).toBeGreaterThan(0);
});
