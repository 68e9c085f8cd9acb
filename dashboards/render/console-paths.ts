import type { Link } from "../panels.ts";

/** A variable of Perses, which it fills in when a link is pressed: what is shown now stays shown. */
export const variable = (name: string) => `\${${name}}`;
const sameTime = `start=${variable("__from")}&end=${variable("__to")}`;
const environment = { asList: variable("environment:csv"), asPattern: variable("environment:pipe") } as const;

/**
 * Where the console shows it, in the time and the environments that are shown. Alerts link dashboards by the same path,
 * as Grafana has it. The console presses panels, not lines: what depends on a label leads to all of its kind.
 */
export function linkPath(link: Link): string {
  switch (link.to) {
    case "dashboard":
      return `/d/${link.uid}?${sameTime}&var-environment=${environment.asList}`;
    case "traces":
      return `/traces?q=${encoded(withoutLabels(link.traceql))}&${sameTime}`;
    case "logs":
      return `/logs?q=${encoded(link.logsql)}&${sameTime}`;
    case "runbook":
      // Alerts that fire stand there with their runbooks.
      return isOfLine(link.alert) ? "/alerts" : `/runbooks/${link.alert}`;
  }
}

const encoded = (query: string) =>
  encodeURIComponent(query).replaceAll("%24environment", () => environment.asPattern);

const isOfLine = (text: string) => /\{\{\w+\}\}/.test(text);

const withoutLabels = (traceql: string) =>
  traceql.replace(/^\{ (.+) \}$/, (_all, conditions: string) => {
    const kept = conditions.split(" && ").filter((condition) => !isOfLine(condition));
    return `{ ${kept.join(" && ")} }`;
  });
