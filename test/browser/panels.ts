import type { Page } from "playwright-core";
import { query } from "../stack/stores/prometheus.ts";

type Panel = {
  readonly spec: {
    readonly display: { readonly name: string; readonly description?: string };
    readonly plugin: { readonly kind: string };
    readonly queries?: readonly {
      readonly spec: { readonly plugin: { readonly spec: { readonly query: string } } };
    }[];
  };
};
export type Dashboard = {
  readonly spec: {
    readonly display: { readonly name: string };
    readonly panels: Readonly<Record<string, Panel>>;
  };
};

/** Waits until every panel in view has drawn or has said that it has nothing to draw; returns how many there are in all. */
export async function drawn(page: Page): Promise<number> {
  const panels = page.locator("main section.MuiCard-root");
  await panels.first().waitFor();
  await page.waitForFunction(() => {
    // Panels below the view wait until they are scrolled to.
    const waiting = Array.from(document.querySelectorAll("main .MuiSkeleton-root, main [role=progressbar]"));
    return waiting.every((one) => one.getBoundingClientRect().top > window.innerHeight - 60);
  });
  return panels.count();
}

/** Titles of panels in which nothing is seen: no number, no row, no series in the legend. */
async function emptyOnes(page: Page, { spec }: Dashboard): Promise<string[]> {
  const seen = await page.locator("main section.MuiCard-root").evaluateAll((all) =>
    all.map((panel) => ({
      title: panel.querySelector("header")?.textContent ?? "",
      text: panel.textContent ?? "",
      series: panel.querySelectorAll("tbody tr").length,
    })),
  );
  return seen
    .filter(({ title, text, series }) => {
      const kind = Object.values(spec.panels).find((one) => one.spec.display.name === title)?.spec.plugin
        .kind;
      return /No data/.test(text) || (kind === "TimeSeriesChart" && series === 0);
    })
    .map(({ title }) => title);
}

/** Panels that show nothing although Prometheus has an answer to one of their queries, and whose words do not say so. */
export async function wronglyEmpty(page: Page, dashboard: Dashboard, prometheus: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const title of await emptyOnes(page, dashboard)) {
    const panel = Object.values(dashboard.spec.panels).find(({ spec }) => spec.display.name === title);
    const queries = (panel?.spec.queries ?? []).map(({ spec }) => spec.plugin.spec.query);
    const answers = await Promise.all(queries.map((promql) => query(prometheus, filled(promql))));
    const isHealthy = /Empty when healthy/.test(panel?.spec.display.description ?? "");
    const numbers = answers.flat().filter(({ value }) => Number.isFinite(value));
    if (numbers.length > 0 && !isHealthy) wrong.push(title);
  }
  return wrong;
}

/** Any value of a variable, and times as a dashboard of the last hour has them. */
function filled(promql: string): string {
  const times: Readonly<Record<string, string>> = { __rate_interval: "1m", __interval: "15s", __range: "1h" };
  return promql.replace(/\$\{?(\w+)(?::\w+)?\}?/g, (_all, name: string) => times[name] ?? ".*");
}
