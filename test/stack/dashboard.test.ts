import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { loadWithSummary } from "./stores/load-run.ts";
import { poll } from "./stores/poll.ts";
import { query } from "./stores/prometheus.ts";

const file = resolve(import.meta.dirname, "../../dashboards/generated/api-overview.json");
const { panels } = JSON.parse(await readFile(file, "utf8")) as {
  panels: { type: string; title: string; targets?: { refId: string; expr: string }[] }[];
};
const queries = panels
  .filter(({ type }) => type !== "row")
  .flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => [`${title} ${refId}`, expr] as const),
  );

const { urls } = inject("frontdesk");

/** Numbers that a panel could draw; NaN is a gap. */
async function drawn(expr: string): Promise<number[]> {
  const samples = await query(urls.prometheus, expr.replaceAll("$__rate_interval", "10m"));
  return samples.map(({ value }) => value).filter(Number.isFinite);
}

const hasData = (values: readonly number[]) => values.length > 0;

describe("the API overview after traffic", () => {
  beforeAll(async () => {
    await loadWithSummary("smoke", "--target", urls.api, "--rate", "1", "--duration", "3");
    await fetch(`${urls.api}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("* * * * *")}`);
  }, 180_000);

  it.each(queries)("%s has data", async (_panel, expr) => {
    expect(await poll(() => drawn(expr), hasData, 60_000), expr).not.toEqual([]);
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
