import { beforeAll, describe, expect, inject, it } from "vitest";
import { annotations } from "../../dashboards/annotations.ts";
import { dashboards } from "../../dashboards/dashboards.ts";
import { promqlOf } from "../../dashboards/panels.ts";
import { environments as offered } from "../../dashboards/queries.ts";
import { failedPast, faulty, healthy, plantFailures, traffic, wellPast } from "./dashboard-faults.ts";
import { prometheusWithPast } from "./own-prometheus.ts";
import { logs } from "./stores/logs.ts";
import { poll } from "./stores/poll.ts";
import { query } from "./stores/prometheus.ts";
import { search } from "./stores/tempo.ts";

const { urls } = inject("frontdesk");

const panels = dashboards.flatMap(({ title, rows, inputs = [] }) =>
  rows.flatMap((row) => row.panels.map((panel) => ({ name: `${title}: ${panel.title}`, panel, inputs }))),
);
type Asked = {
  readonly name: string;
  readonly filled: boolean;
  readonly ask: (environment: string, past?: string) => Promise<unknown[]>;
};

/** A query with the variables of its dashboard filled in. */
const filledIn = (
  text: string,
  environment: string,
  inputs: readonly { name: string; value: string }[] = [],
) =>
  inputs
    .reduce((filled, { name, value }) => filled.replaceAll(`$${name}`, value), text)
    .replaceAll("$__rate_interval", "5m")
    .replaceAll("$__range", "1h")
    .replaceAll("$environment", environment);

/** Numbers that a panel could draw; NaN is a gap. */
async function drawn(promql: string, base: string): Promise<number[]> {
  const samples = await query(base, promql);
  return samples.map(({ value }) => value).filter((value) => !Number.isNaN(value));
}

const asked: Asked[] = panels.flatMap(({ name, panel, inputs }): Asked[] => {
  const filled = panel.filledBy !== undefined;
  if (panel.kind === "traces")
    return [{ name, filled, ask: (environment) => search(urls.tempo, filledIn(panel.traceql, environment)) }];
  if (panel.kind === "logs")
    return [
      { name, filled, ask: (environment) => logs(urls.victoriaLogs, filledIn(panel.logsql, environment)) },
    ];
  return promqlOf(panel).map(({ expr }, i) => ({
    name: `${name} ${i + 1}`,
    filled,
    ask: (environment, past = urls.prometheus) => drawn(filledIn(expr, environment, inputs), past),
  }));
});
const named = (all: Asked[]) => all.map((one) => [one.name, one] as const);
const hasData = (values: readonly unknown[]) => values.length > 0;
/** A zero that stands for nothing is as good as nothing. */
const isSomething = (value: unknown) => value !== 0;

let well: string;
let failed: string;
beforeAll(async () => {
  const endsAt = Date.now() / 1_000;
  const pasts = Promise.all([
    prometheusWithPast(wellPast(), endsAt),
    prometheusWithPast(failedPast(), endsAt),
  ]);
  await Promise.all([traffic(), plantFailures()]);
  [well, failed] = await pasts;
}, 180_000);

describe("the variable of every dashboard", () => {
  it("offers the environment that the system under test says it is", async () => {
    const { selector, label } = offered;
    const ask = async () =>
      (await query(urls.prometheus, `group by (${label}) (${selector})`)).map(({ metric }) => metric[label]);
    expect(await poll(ask, hasData)).toEqual(["local"]);
  });
});

describe("the marks in every graph", () => {
  it("show when a release began to beat, and when an alert fired", async () => {
    const [alerts, deploys] = annotations.map(({ expr }) => expr);
    const lastHour = (promql = "") => `last_over_time((${promql})[1h:15s])`;
    const seen = await poll(() => query(urls.prometheus, filledIn(lastHour(deploys), "local")), hasData);
    expect(seen.map(({ metric }) => metric.service_version)).toEqual([expect.stringMatching(/./)]);
    expect(await query(failed, filledIn(lastHour(alerts), faulty.metrics))).not.toEqual([]);
    expect(await query(well, filledIn(lastHour(alerts), healthy))).toEqual([]);
  });
});

describe("every query after traffic", () => {
  it.each(named(asked.filter(({ filled }) => !filled)))("%s has data", async (_name, { ask }) => {
    expect(await poll(() => ask("local"), hasData, 90_000)).not.toEqual([]);
  });
  it("shows nothing of an environment that nobody runs", async () => {
    const ofTools = /"(collector|prometheus|tempo|victoria-logs|k6)"/;
    for (const { panel, name } of panels)
      for (const { expr } of promqlOf(panel))
        if (!ofTools.test(expr))
          expect(await drawn(filledIn(expr, healthy), urls.prometheus), name).toEqual([]);
  });
  it("would find a panel whose metric does not exist empty", async () => {
    const [first] = panels.flatMap(({ panel }) => promqlOf(panel));
    const misspelt = filledIn(first?.expr ?? "", "local").replace(
      "http_server_request_duration",
      "http_server_duration",
    );
    expect(misspelt).not.toBe(filledIn(first?.expr ?? "", "local"));
    expect(await drawn(misspelt, urls.prometheus)).toEqual([]);
  });
});

describe("every query that is empty when all is well", () => {
  const filled = asked.filter((one) => one.filled);
  it.each(named(filled))("%s is empty when all is well, and filled by its fault", async (_name, { ask }) => {
    expect((await ask(healthy, well)).filter(isSomething)).toEqual([]);
    const underFault = async () =>
      [...(await ask(faulty.traces)), ...(await ask(faulty.metrics, failed))].filter(isSomething);
    expect(await poll(underFault, hasData, 30_000)).not.toEqual([]);
  });
  it("are some of each kind", () => expect(filled.length).toBeGreaterThan(10));
});
