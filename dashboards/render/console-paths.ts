import type { Link } from "../panels.ts";

/** Where the console shows it. Alerts link dashboards by the same path, as Grafana has it. */
export function linkPath(link: Link): string {
  switch (link.to) {
    case "dashboard":
      return `/d/${link.uid}`;
    case "traces":
      // The console presses panels, not lines: it has no label to put in.
      return `/traces?q=${encodeURIComponent(withoutLabels(link.traceql))}`;
    case "logs":
      return `/logs?q=${encodeURIComponent(link.logsql)}`;
    case "runbook":
      return `/runbooks/${link.alert}`;
  }
}

const withoutLabels = (traceql: string) => traceql.replace(/ && [^&{}]*\{\{\w+\}\}[^&{}]*?(?= &&| \})/g, "");
