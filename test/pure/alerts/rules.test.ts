import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { allAlerts, ruleFiles } from "../../../alerts/alerts.ts";
import { badEvents, fastRules, slowRules } from "../../../alerts/recording-rules.ts";
import { owners, route } from "../../../alerts/routing/tree.ts";
import { runbookIndex } from "../../../alerts/runbook-index.ts";
import { paceOf } from "../../../alerts/scenario.ts";
import { scenarios } from "../../../alerts/scenarios.ts";
import { pairsOf, sloGroups } from "../../../alerts/slo-alerts.ts";
import { dashboards } from "../../../dashboards/dashboards.ts";
import { environment } from "../../../telemetry/derive/series.ts";
import { type Slo, slos } from "../../../telemetry/slo.ts";
import { runbookQueries } from "../../support/runbooks.ts";

const root = resolve(import.meta.dirname, "../../..");
const api: Slo = slos["api-availability"];

const sections = ["Meaning", "Impact", "First look", "Queries", "Mitigate", "Escalate", "After"];

describe("every alert", () => {
  it.each(allAlerts.map((alert) => [alert.alert, alert] as const))(
    "%s has a page that says what to do",
    (name, alert) => {
      expect(alert.annotations.runbook).toBe(`alerts/runbooks/${name}.md`);
      const page = readFileSync(resolve(root, alert.annotations.runbook), "utf8");
      expect(page.split("\n")[0]).toBe(`# ${name}`);
      const parts = page.split(/^## /m).slice(1);
      expect(parts.map((part) => part.split("\n")[0])).toEqual(sections);
      for (const part of parts) expect(part.trim().split("\n").length, part).toBeGreaterThan(1);
      expect(page).toContain(alert.annotations.impact);
    },
  );
  it("of a promise says how late the budget is that it tells", () => {
    const told = allAlerts.flatMap(({ annotations }) => annotations.budget ?? []);
    expect(told.length).toBeGreaterThan(0);
    for (const budget of told)
      expect(budget).toContain(" of 30d, counted up to 6 minutes late{{ else }}unknown");
  });
  it.each([...new Set(allAlerts.map(({ alert }) => alert))])("%s has a PromQL query on its page", (name) => {
    const page = readFileSync(resolve(root, `alerts/runbooks/${name}.md`), "utf8");
    const fences = [...page.matchAll(/^```(\w*)$/gm)].map(([, language]) => language);
    // Every other fence ends a block.
    const languages = fences.filter((_, i) => i % 2 === 0);
    expect(languages).toContain("promql");
    expect(languages.filter((language) => !["promql", "traceql", "logsql"].includes(language ?? ""))).toEqual(
      [],
    );
  });
  it("has a trace query where its page has one, and a symptom exactly those of its page", () => {
    const pages = Map.groupBy(runbookQueries("traceql"), ({ alert }) => alert);
    for (const { alert, labels, annotations } of allAlerts) {
      const queries = (pages.get(alert) ?? []).map(({ query }) => query);
      expect(annotations.traces !== undefined, alert).toBe(queries.length > 0);
      if (labels.slo !== undefined || annotations.traces === undefined) continue;
      const here = ` && resource.deployment.environment.name = "{{ $labels.${environment} }}"`;
      expect(annotations.traces.replaceAll(here, "").split(" || ")).toEqual(queries);
    }
  });
  it("leads to a dashboard that exists", () =>
    expect(dashboards.map(({ uid }) => `/d/${uid}`)).toEqual(
      expect.arrayContaining(allAlerts.map(({ annotations }) => annotations.dashboard)),
    ));
  it("tells its tier apart from the others of its name", () => {
    const keys = allAlerts.map(({ alert, labels }) => `${alert} ${labels.tier ?? ""}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it.each(
    // What Prometheus scrapes from the tools of the stack itself is of no environment.
    allAlerts.filter(({ expr }) => !expr.includes("{job=")).map((a) => [a.alert, a.labels.tier, a] as const),
  )("%s %s names its environment", (_name, _tier, { annotations }) =>
    expect(annotations.summary).toMatch(new RegExp(`\\$labels\\.${environment}\\b`)),
  );
  it("is grouped with others of its environment only, pages as one incident, and its owner has a channel", () => {
    for (const node of [route, ...(route.routes ?? [])].filter(({ receiver }) => receiver !== "watchdog"))
      expect(node.group_by.slice(0, 2)).toEqual(["service", environment]);
    expect(route.routes?.find(({ receiver }) => receiver === "oncall")?.group_by).toHaveLength(2);
    expect(Object.keys(owners)).toEqual(expect.arrayContaining(allAlerts.map(({ labels }) => labels.owner)));
  });
  it("that follows from others is a ticket of no promise, and they exist and do not follow from it", () => {
    const following = allAlerts.flatMap((alert) => (alert.follows ? [{ ...alert, ...alert.follows }] : []));
    expect(following.length).toBeGreaterThan(0);
    for (const { alert, labels, causes, pagesOf = [] } of following) {
      expect([labels.severity, labels.slo], alert).toEqual(["ticket", undefined]);
      for (const cause of causes) {
        expect(allAlerts.map((one) => one.alert)).toContain(cause.alert);
        expect((cause.follows?.causes ?? []).map((one) => one.alert)).not.toContain(alert);
      }
      for (const id of pagesOf) expect(slos[id].severity, `${alert}: ${id}`).toBe("page");
    }
  });
  it("leaves no runbook without its alert", () => {
    const pages = readdirSync(resolve(root, "alerts/runbooks")).filter((name) => name !== "INDEX.md");
    expect(pages.sort()).toEqual([...new Set(allAlerts.map(({ alert }) => `${alert}.md`))].sort());
  });
});

describe("the list of alerts", () => {
  const rowOf = (alert: string, measured: Parameters<typeof runbookIndex>[2] = {}) =>
    runbookIndex("by a test", slos, measured)
      .split("\n")
      .find((line) => line.startsWith(`| [${alert}]`));
  it("has one row for each alert", () => {
    const rows = runbookIndex("by a test").match(/^\| \[/gm);
    expect(rows).toHaveLength(new Set(allAlerts.map(({ alert }) => alert)).size);
  });
  it("says how soon a full outage is seen, and that nothing was measured", () => {
    expect(rowOf("ApiAvailabilityBurn")).toContain("| page, ticket | platform |");
    expect(rowOf("ApiAvailabilityBurn")).toMatch(/\| 51\.84 s \| not measured \|$/);
    expect(rowOf("HoldsUnrepaired")).toMatch(/\| lasts 10m \| not measured \|$/);
  });
  it("shows the last drill, and the page that never came", () => {
    const drill = (at: string, measuredSeconds: number | null) => ({
      fault: "x",
      at,
      predictedSeconds: 5,
      measuredSeconds,
    });
    const ApiLatencyBurn = [drill("2026-11-02T10:00", 7), drill("2026-11-01T10:00", 9)];
    expect(rowOf("ApiLatencyBurn", { ApiLatencyBurn })).toContain("| 7 s, predicted 5 s (x, 2026-11-02) |");
    const later = [...ApiLatencyBurn, drill("2026-11-03T10:00", null)];
    expect(rowOf("ApiLatencyBurn", { ApiLatencyBurn: later })).toContain(
      "| no page, predicted 5 s (x, 2026-11-03) |",
    );
  });
});

describe("a promise", () => {
  it.each(Object.entries<Slo>(slos))("%s records at most 14 series per environment", (id, slo) => {
    const names = [...fastRules(id, slo), ...slowRules(id, slo)].map(({ record }) => record);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeLessThanOrEqual(14);
  });
  it("is measured from the product's own series, environment by environment", () => {
    const rules = Object.entries<Slo>(slos).flatMap(([id, slo]) => fastRules(id, slo));
    const raw = rules.map(({ expr }) => expr).join("\n");
    const selectors = raw.match(/\b(http|frontdesk)_\w+(?=[{[\s)])(?!\)?=)/g) ?? [];
    expect(selectors.length).toBeGreaterThan(50);
    expect(raw.match(/\b(http|frontdesk)_\w+\{service_name="frontdesk"[,}]/g)).toHaveLength(selectors.length);
    expect(raw.match(/sum \(|on \(\)|sum\(/g)).toBeNull();
  });
  it("keeps exact thresholds in its expressions", () => {
    const text = JSON.stringify(sloGroups("api-availability", api));
    for (const threshold of ["> 0.0144", "> 0.006", "> 0.003", "> 0.001"]) expect(text).toContain(threshold);
    expect(text).not.toMatch(/\d\.\d*(0000|9999)\d/);
  });
  it("that asks for tickets only never pages", () => {
    const pairs = pairsOf({ ...api, severity: "ticket" });
    expect(pairs.map(({ severity }) => severity)).toEqual(["ticket", "ticket"]);
  });
  it("counts bad events over the long windows from what was recorded", () => {
    expect(badEvents("x", "1h")).toBe('slo:bad_events:rate1h{slo="x"} * 3600');
    expect(badEvents("x", "3d")).toBe('sum_over_time(slo:bad_events:rate5m{slo="x"}[3d]) * 60');
  });
  it("is tested on both sides of every threshold", () => {
    const paces = (["page", "ticket"] as const).map((severity) => paceOf(api, severity));
    const names = paces.flatMap((pace) => scenarios(api, pace).map(({ name }) => name));
    for (const { tier } of pairsOf(api)) {
      expect(names).toContain(`just under the threshold of ${tier}`);
      expect(names).toContain(`just over the threshold of ${tier}`);
    }
  });
});

it("puts every promise into a file of its own", () => {
  expect(Object.keys(ruleFiles)).toEqual([...Object.keys(slos), "symptoms"]);
  for (const name of Object.keys(ruleFiles))
    expect(existsSync(resolve(root, `alerts/generated/${name}.rules.yaml`))).toBe(true);
});
