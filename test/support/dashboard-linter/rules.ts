import { parser } from "@prometheus-io/lezer-promql";
import type { LintedDashboard, LintedPanel, Template } from "./model.ts";

/**
 * The rules of Grafana's dashboard-linter at 4d0844b, in its words, none left out: its Go module cannot be had everywhere,
 * because one it needs is not published. The rules for Loki are absent: no panel has Loki.
 *
 * @source https://github.com/grafana/dashboard-linter/tree/main/docs/rules
 */
type Rule = (dashboard: LintedDashboard) => string[];

const drawn = ["stat", "singlestat", "graph", "timetable", "timeseries", "gauge"];
const asked = ["singlestat", "gauge", "timetable", "stat", "state-timeline", "timeseries"];
const units = new Set(
  "none string short percent percentunit bytes decbytes bits Bps binBps bps ns µs ms s m h d cps ops reqps rps wps iops mps currencyUSD currencyEUR bool".split(
    " ",
  ),
);

const panelsOf = ({ panels }: LintedDashboard, types: readonly string[]) =>
  panels.filter(({ type }) => types.includes(type));
const datasources = ({ templating }: LintedDashboard) =>
  templating.list.filter(({ type }) => type === "datasource");
const queryVariables = ({ templating }: LintedDashboard) =>
  templating.list.filter(({ type }) => type === "query");
const titleCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** With the variables of Grafana filled in, as PromQL. */
const filled = (expr: string) =>
  expr
    .replace(/\[\$__(rate_interval|range|interval)\]/g, "[5m]")
    .replace(/\$__(range|interval|rate_interval)_?(s|ms)?/g, "5")
    .replace(/"[^"]*"|\$\{?\w+\}?/g, (part) => (part.startsWith('"') ? part : "1"));

export function promqlErrors(expr: string): number[] {
  const at: number[] = [];
  parser.parse(filled(expr)).iterate({
    enter: ({ type, from }) => {
      if (type.isError) at.push(from);
    },
  });
  return at;
}

/** Every call with a range: its function and the range as written. */
const ranges = (expr: string) =>
  [...expr.matchAll(/\b(\w+)\([^()[\]]*\[([^\]]+)\]/g)].map(([, name = "", range = ""]) => ({ name, range }));
const selectors = (expr: string) =>
  [...expr.matchAll(/([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})/g)].map(([, name = "", labels = ""]) => ({
    name,
    labels,
  }));

const ofTargets =
  (
    check: (expr: string, dashboard: LintedDashboard) => string | undefined,
    types?: readonly string[],
  ): Rule =>
  (dashboard) =>
    dashboard.panels
      .filter(({ type }) => types === undefined || types.includes(type))
      .flatMap(({ title, targets = [] }) =>
        targets.flatMap(({ expr }) => {
          const found = expr === undefined ? undefined : check(expr, dashboard);
          return found === undefined ? [] : [`${title}: ${found}`];
        }),
      );

/** Rules of job and instance are for dashboards whose first datasource is Prometheus. */
const isOfPrometheus = (dashboard: LintedDashboard) => datasources(dashboard)[0]?.query === "prometheus";

const template =
  (name: "job" | "instance"): Rule =>
  (dashboard) => {
    if (!isOfPrometheus(dashboard)) return [];
    const found = dashboard.templating.list.find((one) => one.name === name);
    if (!found) return [`is missing the ${name} template`];
    const right: Partial<Template> = { type: "query", label: titleCase(name), multi: true, allValue: ".+" };
    return Object.entries(right).flatMap(([key, value]) =>
      found[key as keyof Template] === value ? [] : [`${name} template: ${key} should be ${value}`],
    );
  };

const matcher = (name: "job" | "instance"): Rule =>
  ofTargets((expr, dashboard) =>
    !isOfPrometheus(dashboard) ||
    selectors(expr).every(({ labels }) => labels.includes(`${name}=~"$${name}"`))
      ? undefined
      : `${name} selector not found in ${expr}`,
  );

function unitOf({ fieldConfig }: LintedPanel): string {
  const overridden = fieldConfig?.overrides?.flatMap(({ properties }) =>
    properties.filter(({ id }) => id === "unit"),
  );
  return String(overridden?.at(-1)?.value ?? fieldConfig?.defaults.unit ?? "");
}

export const rules: Readonly<Record<string, Rule>> = {
  "template-datasource-rule": (dashboard) => {
    const all = datasources(dashboard);
    if (all.length === 0) return ["does not have a templated data source"];
    return all.flatMap(({ name, label, query = "" }) => {
      const names = [`${query}_datasource`, ...(all.length === 1 ? ["datasource"] : [])];
      const labels = [`${titleCase(query)} data source`, ...(all.length === 1 ? ["Data source"] : [])];
      return [
        ...(names.includes(name) ? [] : [`variable ${name} should be named ${names[0]}`]),
        ...(labels.includes(label ?? "") ? [] : [`variable ${name} should be labeled ${labels[0]}`]),
      ];
    });
  },
  "template-job-rule": template("job"),
  "template-instance-rule": template("instance"),
  "template-label-promql-rule": (dashboard) =>
    queryVariables(dashboard).flatMap(({ name, query = "" }) => {
      const [, call = "", argument = ""] = /([a-z_]+)\((.+)\)/.exec(query) ?? [];
      const known = ["label_names", "label_values", "metrics", "query_result"].includes(call);
      const selector = argument.replace(/, *\w+$/, "");
      return known && promqlErrors(selector).length === 0 ? [] : [`template ${name}: ${query}`];
    }),
  "template-on-time-change-reload-rule": (dashboard) =>
    queryVariables(dashboard)
      .filter(({ refresh }) => refresh !== 2)
      .map(({ name }) => `template ${name} does not reload`),
  "panel-datasource-rule": (dashboard) => {
    const known = datasources(dashboard).flatMap(({ name }) => [`$${name}`, `\${${name}}`]);
    return panelsOf(dashboard, ["singlestat", "graph", "timetable", "timeseries"])
      .filter(({ datasource }) => !known.includes(datasource?.uid ?? ""))
      .map(({ title, datasource }) => `${title} uses ${datasource?.uid}`);
  },
  "panel-title-description-rule": (dashboard) =>
    panelsOf(dashboard, drawn)
      .filter(({ title, description }) => !title || !description)
      .map(({ id, title }) => `panel ${id} (${title}) lacks title or description`),
  "panel-units-rule": (dashboard) =>
    panelsOf(dashboard, drawn)
      .filter((panel) => !units.has(unitOf(panel)))
      .map((panel) => `${panel.title} has the unit "${unitOf(panel)}"`),
  "panel-no-targets-rule": (dashboard) =>
    panelsOf(dashboard, drawn)
      .filter(({ targets = [] }) => targets.length === 0)
      .map(({ title }) => `${title} has no targets`),
  "target-promql-rule": ofTargets((expr) => {
    const errors = promqlErrors(expr);
    return expr !== "" && errors.length === 0 ? undefined : `invalid PromQL at ${errors}: ${expr}`;
  }, asked),
  "target-rate-interval-rule": ofTargets(
    (expr) =>
      ranges(expr).every(({ name, range }) => !/^i?rate$/.test(name) || range === "$__rate_interval")
        ? undefined
        : `should use $__rate_interval: ${expr}`,
    asked,
  ),
  "target-job-rule": matcher("job"),
  "target-instance-rule": matcher("instance"),
  "target-counter-agg-rule": ofTargets((expr) => {
    const naked = selectors(expr).filter(({ name, labels }) => {
      if (!name.endsWith("_total")) return false;
      const before = expr.slice(0, expr.indexOf(`${name}${labels}`));
      return !/\b(rate|irate|increase)\($/.test(before);
    });
    return naked.length === 0 ? undefined : `not aggregated: ${naked.map(({ name }) => name)}`;
  }),
  "uneditable-dashboard": ({ editable }) => (editable === false ? [] : ["is editable"]),
};
