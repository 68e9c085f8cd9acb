import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { loadWithSummary } from "./stores/load-run.ts";
import { poll } from "./stores/poll.ts";
import { query } from "./stores/prometheus.ts";

const file = resolve(import.meta.dirname, "../../dashboards/generated/api-overview.json");
const { panels, templating } = JSON.parse(await readFile(file, "utf8")) as {
  panels: { type: string; title: string; targets?: { refId: string; expr: string }[] }[];
  templating: { list: { name: string; query: string }[] };
};
const queries = panels
  .filter(({ type }) => type !== "row")
  .flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => [`${title} ${refId}`, expr] as const),
  );

const { urls } = inject("frontdesk");

/** What the variable `environment` offers, asked as Grafana would. */
async function environments(): Promise<string[]> {
  const asked = templating.list.find(({ name }) => name === "environment")?.query ?? "";
  const [, selector = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(asked) ?? [];
  const samples = await query(urls.prometheus, `group by (${label}) (${selector})`);
  return samples.map(({ metric }) => metric[label] ?? "");
}

/** Numbers that a panel could draw where one environment is chosen; NaN is a gap. */
async function drawn(expr: string, environment = "local"): Promise<number[]> {
  const promql = expr.replaceAll("$__rate_interval", "10m").replaceAll("$environment", environment);
  const samples = await query(urls.prometheus, promql);
  return samples.map(({ value }) => value).filter(Number.isFinite);
}

const hasData = (values: readonly unknown[]) => values.length > 0;

describe("the API overview after traffic", () => {
  beforeAll(async () => {
    await loadWithSummary("smoke", "--target", urls.api, "--rate", "1", "--duration", "3");
    await fetch(`${urls.api}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("* * * * *")}`);
  }, 180_000);

  it("offers the environment that the system under test says it is", async () => {
    expect(await poll(environments, hasData)).toEqual(["local"]);
  });

  it.each(queries)("%s has data", async (_panel, expr) => {
    expect(await poll(() => drawn(expr), hasData, 60_000), expr).not.toEqual([]);
  });

  it("shows nothing of an environment that nobody runs", async () => {
    for (const [panel, expr] of queries) expect(await drawn(expr, "production"), panel).toEqual([]);
  });

  it("would find a panel whose metric does not exist empty", async () => {
    const [, expr = ""] = queries[0] ?? [];
    const misspelt = expr.replace("http_server_request_duration", "http_server_duration");
    expect(misspelt).not.toBe(expr);
    expect(await drawn(misspelt)).toEqual([]);
  });

  it("finds every query of the file, none twice", () => {
    expect(queries.length).toBeGreaterThanOrEqual(panels.filter(({ type }) => type !== "row").length);
    expect(new Set(queries.map(([name]) => name)).size).toBe(queries.length);
  });
});
