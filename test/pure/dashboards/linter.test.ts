import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { LintedDashboard, LintedPanel } from "../../support/dashboard-linter/model.ts";
import { rules } from "../../support/dashboard-linter/rules.ts";

const folder = resolve(import.meta.dirname, "../../../dashboards/generated/grafana");
const files = readdirSync(folder).map((name) => [name, read(name)] as const);

function read(name: string): LintedDashboard {
  return JSON.parse(readFileSync(resolve(folder, name), "utf8"));
}

describe.each(files)("%s by the rules of dashboard-linter", (_name, dashboard) => {
  it.each(Object.entries(rules))("%s", (_rule, lint) => expect(lint(dashboard)).toEqual([]));
});

const [, good] = files[0] as (typeof files)[number];
const withPanel = (change: Partial<LintedPanel>): LintedDashboard => ({
  ...good,
  panels: good.panels.map((panel) => (panel.type === "timeseries" ? { ...panel, ...change } : panel)),
});
type Templates = LintedDashboard["templating"]["list"];
const withVariables = (change: (list: Templates) => Templates): LintedDashboard => ({
  ...good,
  templating: { list: change(good.templating.list) },
});
const asking = (expr: string) => withPanel({ targets: [{ expr }] });
const prometheusFirst = withVariables((list) => list.filter(({ query }) => query !== "tempo"));

/** Rule → the first dashboard, changed so that the rule must say something. */
const broken: Readonly<Record<string, LintedDashboard>> = {
  "template-datasource-rule": withVariables((list) => list.filter(({ type }) => type !== "datasource")),
  "template-job-rule": prometheusFirst,
  "template-instance-rule": prometheusFirst,
  "template-label-promql-rule": withVariables((list) => [
    ...list,
    { type: "query", name: "x", query: "values(up)" },
  ]),
  "template-on-time-change-reload-rule": withVariables((list) =>
    list.map((one) => (one.type === "query" ? { ...one, refresh: 1 } : one)),
  ),
  "panel-datasource-rule": withPanel({ datasource: { type: "prometheus", uid: "prometheus" } }),
  "panel-title-description-rule": withPanel({ description: "" }),
  "panel-units-rule": withPanel({ fieldConfig: { defaults: { unit: "" } } }),
  "panel-no-targets-rule": withPanel({ targets: [] }),
  "target-promql-rule": asking('sum(rate(x{a=~"$b"}[$__rate_interval])'),
  "target-rate-interval-rule": asking("sum(rate(x_total{}[5m]))"),
  "target-job-rule": prometheusFirst,
  "target-instance-rule": prometheusFirst,
  "target-counter-agg-rule": asking('sum(x_total{a="b"})'),
  "uneditable-dashboard": { ...good, editable: true },
};

it.each(Object.entries(rules))("%s can fail", (rule, lint) =>
  expect(lint(broken[rule] as LintedDashboard)).not.toEqual([]),
);
