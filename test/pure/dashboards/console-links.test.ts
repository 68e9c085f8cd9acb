import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { dashboards } from "../../../dashboards/dashboards.ts";
import { drawn, madeOf } from "../../../dashboards/render/files.ts";
import { perses } from "../../../dashboards/render/perses.ts";

type Panel = {
  readonly spec: {
    readonly display: { readonly name: string };
    readonly plugin: {
      readonly kind: string;
      readonly spec: { readonly format?: { readonly unit: string } };
    };
    readonly links?: readonly { readonly url: string; readonly renderVariables: boolean }[];
    readonly queries: readonly { readonly spec: { readonly plugin: { readonly kind: string } } }[];
  };
};
type Resource = { readonly spec: { readonly panels: Readonly<Record<string, Panel>> } };
const panels = dashboards.flatMap((one) =>
  Object.values((perses(one, madeOf(one)) as Resource).spec.panels).map(
    (panel) => [`${one.title}: ${panel.spec.display.name}`, panel.spec] as const,
  ),
);
const links = panels.flatMap(([name, { links = [] }]) => links.map((link) => [name, link] as const));
const uids = dashboards.map(({ uid }) => uid);

/** Whether the console has something to show at an address, once Perses has filled in what it knows. */
function leadsSomewhere(url: string): boolean {
  const known: Readonly<Record<string, string>> = {
    ...{ __from: "1", __to: "2" },
    ...{ "environment:csv": "local", "environment:pipe": "local|staging" },
  };
  const filled = url.replace(/\$\{([\w:]+)\}/g, (given, name: string) => known[name] ?? given);
  if (/[${}]/.test(filled)) return false;
  const { pathname, searchParams } = new URL(filled, "http://console");
  const [, page = "", name = ""] = pathname.split("/");
  if (page === "d") return uids.includes(name) && searchParams.get("var-environment") === "local";
  if (page === "runbooks")
    return existsSync(resolve(import.meta.dirname, `../../../alerts/runbooks/${name}.md`));
  if (page === "traces")
    return /^\{ \S.* \}$/.test(searchParams.get("q") ?? "") && searchParams.get("start") === "1";
  if (page === "logs") return /~"local\|staging"/.test(searchParams.get("q") ?? "");
  return pathname === "/alerts";
}

describe("in the console", () => {
  it.each(links)(
    "a link of %s leads somewhere, in the time that is shown",
    (_name, { url, renderVariables }) => {
      expect(renderVariables).toBe(true);
      expect(leadsSomewhere(url)).toBe(true);
    },
  );
  it("a condition on the line that was pressed is left out, wherever it stands", () => {
    const queries = links.map(([, { url }]) => new URL(url, "http://console").searchParams.get("q"));
    expect(queries).toContain("{ status = error }");
    expect(queries).toContain("{ span.frontdesk.sli = true && span.http.response.status_code >= 500 }");
  });
  it("every panel asks something, and log records are shown where they are asked for", () => {
    for (const [name, { queries }] of panels) expect(queries.length, name).toBeGreaterThan(0);
    const logs = panels.filter(([, { plugin }]) => plugin.kind === "LogsTable");
    expect(logs.length).toBeGreaterThan(3);
    for (const [, { queries }] of logs) expect(queries[0]?.spec.plugin.kind).toBe("VictoriaLogsLogQuery");
  });
  it("a rate that is one figure says its second in the title, because a unit would make it tiny", () => {
    const rates = dashboards.flatMap(({ rows }) =>
      rows.flatMap((row) =>
        row.panels.filter((panel) => panel.kind === "values" && panel.unit.endsWith("/s")),
      ),
    );
    expect(rates.length).toBeGreaterThan(1);
    for (const { title } of rates) {
      expect(title).toMatch(/ a second$/);
      const figure = panels.find(([name]) => name.endsWith(`: ${title}`))?.[1];
      expect(figure?.plugin.spec.format?.unit).toBe("decimal");
    }
  });
});

it("names the kinds that the console has plugins for", () => {
  const kinds = new Set(panels.map(([, { plugin }]) => plugin.kind));
  expect([...kinds].sort()).toEqual([
    "BarChart",
    "LogsTable",
    "StatChart",
    "Table",
    "TimeSeriesChart",
    "TraceTable",
  ]);
  expect(Object.keys(drawn(dashboards)).filter((path) => path.includes("/perses/"))).toHaveLength(
    uids.length,
  );
});
