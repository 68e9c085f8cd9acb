import { DashboardLinkBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Link } from "../../panels.ts";
import { ref, runbooksVariable, type Source } from "./sources.ts";

/** Label → head of its column, in a table. */
type Heads = Readonly<Record<string, string>>;

/** A link of a panel, or of what is drawn in it. */
export const linkBuilder = (link: Link, heads?: Heads): DashboardLinkBuilder =>
  new DashboardLinkBuilder(link.title).url(addressOf(link, heads)).targetBlank(link.to !== "dashboard");

/** True for a link that needs the line that was pressed. */
export const isOfLine = (link: Link): boolean => JSON.stringify(link).includes("{{");

/** Addresses are relative to Grafana's root; variables are filled in by it. */
export function addressOf(link: Link, heads?: Heads): string {
  switch (link.to) {
    case "dashboard":
      return `/d/${link.uid}?\${environment:queryparam}&\${__url_time_range}`;
    case "traces":
      return explore("tempo", { queryType: "traceql", query: withFields(link.traceql, heads) });
    case "logs":
      return explore("logs", { expr: link.logsql });
    case "runbook":
      return `\${${runbooksVariable}}/${withFields(link.alert, heads)}.md`;
  }
}

/** @source https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/#generate-explore-urls-from-external-tools */
function explore(source: Source, query: object): string {
  const datasource = ref(source);
  const pane = {
    datasource: datasource.uid,
    queries: [{ refId: "A", datasource, ...query }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of Grafana, not of TypeScript
    range: { from: "${__from}", to: "${__to}" },
  };
  return `/explore?schemaVersion=1&panes=${encodeButVariables(JSON.stringify({ a: pane }))}`;
}

/** Labels of the line that was pressed; in a table, cells of its row. */
function withFields(text: string, heads?: Heads): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, label: string) => {
    if (heads === undefined) return `\${__field.labels.${label}}`;
    const head = heads[label] ?? "";
    // A name in quotes would be escaped with the query around it.
    if (!/^\w+$/.test(head))
      throw new RangeError(`the column of ${label} is linked: give it a head of one word`);
    return `\${__data.fields.${head}}`;
  });
}

/** Percent-encodes all but `${…}`, which Grafana looks for before it decodes. */
const encodeButVariables = (text: string) =>
  text
    .split(/(\$\{[^}]+\})/)
    .map((part) => (/^\$\{[^}]+\}$/.test(part) ? part : encodeURIComponent(part)))
    .join("");
