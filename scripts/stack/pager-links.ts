import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { PagedAlert } from "./pager-notification.ts";

/** Where the links of an alert lead; one without an address is left out. Runbooks are shown by the pager itself. */
export type Places = {
  /** Begins the address of a dashboard, e.g. `http://127.0.0.1:3000`. */
  readonly dashboards?: string | undefined;
  /** Takes a TraceQL query at its end, e.g. `http://127.0.0.1:3200/api/search?q=`. */
  readonly traces?: string | undefined;
  /** Takes a PromQL query at its end, e.g. `http://127.0.0.1:9090/api/v1/query?query=`. */
  readonly metrics?: string | undefined;
  /** Address of the console, where one is served. Links then lead to `/to/…`, which asks whether it runs. */
  readonly console?: string | undefined;
};

export type Link = { readonly text: string; readonly address: string };

/** Links of an alert. Labels and annotations are data: only known forms and web addresses become links. */
export function linksOf(alert: PagedAlert, places: Places): Link[] {
  if (places.console) return linksToConsole(alert);
  const { annotations, generatorURL } = alert;
  const { runbook = "", dashboard = "", traces } = annotations;
  const [, page] = /^alerts\/runbooks\/(\w+\.md)$/.exec(runbook) ?? [];
  return [
    ...(page ? [{ text: "Runbook", address: `/runbooks/${page}` }] : []),
    ...(places.dashboards && /^\/d\/[\w-]+$/.test(dashboard)
      ? [{ text: "Dashboard", address: `${places.dashboards}${dashboard}` }]
      : []),
    ...(places.traces && traces
      ? [{ text: "Traces", address: `${places.traces}${encodeURIComponent(traces)}` }]
      : []),
    ...(/^https?:\/\//.test(generatorURL) ? [{ text: "Expression", address: generatorURL }] : []),
  ];
}

/** The same links by way of `/to/…`, in the form in which messages carry them. */
function linksToConsole({ annotations, labels, generatorURL }: PagedAlert): Link[] {
  const { runbook = "", dashboard = "", traces } = annotations;
  const environment = new URLSearchParams({
    "var-environment": labels.deployment_environment_name ?? "local",
  });
  const panes = new URLSearchParams({ panes: JSON.stringify({ traces: { queries: [{ query: traces }] } }) });
  return [
    ...(/^alerts\/runbooks\/\w+\.md$/.test(runbook) ? [{ text: "Runbook", address: `/to/${runbook}` }] : []),
    ...(/^\/d\/[\w-]+$/.test(dashboard)
      ? [{ text: "Dashboard", address: `/to${dashboard}?${environment}` }]
      : []),
    ...(traces ? [{ text: "Traces", address: `/to/explore?${panes}` }] : []),
    ...(/^https?:\/\//.test(generatorURL) ? [{ text: "Expression", address: generatorURL }] : []),
  ];
}

const folder = fileURLToPath(new URL("../../alerts/runbooks/", import.meta.url));

/** Text of a runbook page, or undefined when there is none of that name. */
export async function runbookPage(path: string): Promise<string | undefined> {
  const [, name] = /^\/runbooks\/(\w+\.md)$/.exec(path) ?? [];
  return name === undefined ? undefined : readFile(`${folder}${name}`, "utf8").catch(() => undefined);
}
