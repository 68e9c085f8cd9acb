import { beforeAll, describe, expect, it } from "vitest";
import { ruleFiles } from "../../alerts/alerts.ts";
import { runbookQueries } from "../support/runbooks.ts";
import { prometheusWithPast } from "./own-prometheus.ts";
import { areAlike, culpritIn, faultyPast, healthyPast } from "./runbook-past.ts";
import { query } from "./stores/prometheus.ts";

let healthy: string;
let faulty: string;
beforeAll(async () => {
  const endsAt = Date.now() / 1_000;
  healthy = await prometheusWithPast(healthyPast(), endsAt);
  faulty = await prometheusWithPast([...healthyPast(), ...faultyPast()], endsAt);
}, 120_000);

/** Asks where all is well, then where each alert has its fault: found is the own one, and none whose fault is of another kind. */
async function requireCulprit(alert: string, promql: string): Promise<void> {
  expect(await query(healthy, promql), promql).toEqual([]);
  const found = (await query(faulty, promql)).map(({ metric }) => culpritIn(metric));
  expect(found, promql).toContain(alert);
  expect(
    found.filter((other) => other === undefined || !areAlike(alert, other)),
    promql,
  ).toEqual([]);
}

const pages = Map.groupBy(runbookQueries("promql"), ({ alert }) => alert);

describe("the PromQL of every runbook, asked of a real Prometheus", () => {
  it.each([...pages])(
    "%s: nothing when all is well, the culprit and nobody else under its fault",
    async (alert, queries) => {
      for (const one of queries) await requireCulprit(alert, one.query);
    },
  );
  it("can fail: a query without its condition finds something when all is well", async () => {
    const [first] = pages.get("OutboxStuck") ?? [];
    expect(await query(healthy, first?.query.replace(/ > \d+$/, "") ?? "")).not.toEqual([]);
  });
});

const symptoms = (ruleFiles.symptoms ?? []).flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));
const alerts = symptoms.filter(({ alert }) => alert !== "Watchdog");

describe("the symptom alerts, asked of the same", () => {
  it.each(alerts.map((rule) => [rule.alert, rule] as const))(
    "%s is quiet when all is well and sees its fault",
    async (name, { expr }) => requireCulprit(name, expr),
  );
});
