import { describe, expect, it } from "vitest";
import { ruleFiles } from "../../../alerts/alerts.ts";
import { dashboards } from "../../../dashboards/dashboards.ts";
import { promised } from "../../../dashboards/limits.ts";
import { type Panel, promqlOf } from "../../../dashboards/panels.ts";
import { madeOf } from "../../../dashboards/render/files.ts";
import { prometheusName } from "../../../telemetry/derive/names.ts";
import { type MetricName, metrics } from "../../../telemetry/metrics.ts";
import { type SloId, slos } from "../../../telemetry/slo.ts";

const lines = { kind: "lines", title: "x", question: "?", unit: "seconds", noData: "x" } as const;
const queries = [{ expr: "up", legend: "", labels: [] }] as const;
/** Held by the compiler: a panel must say what it answers and what emptiness means. */
const refused = {
  // @ts-expect-error no question
  question: (): Panel => ({ ...lines, queries, question: undefined }),
  // @ts-expect-error no unit
  unit: (): Panel => ({ ...lines, queries, unit: undefined }),
  // @ts-expect-error no meaning of emptiness
  noData: (): Panel => ({ ...lines, queries, noData: undefined }),
  // @ts-expect-error nothing to draw
  queries: (): Panel => ({ ...lines, queries: [] }),
  // @ts-expect-error no such promise
  promise: () => promised("api-speed"),
};

const panels = dashboards.flatMap(({ uid, rows }) =>
  rows.flatMap((row) => row.panels.map((panel) => [`${uid}: ${panel.title}`, panel] as const)),
);
const asked = panels.flatMap(([name, panel]) =>
  promqlOf(panel).map(({ expr, labels }, i) => [`${name} ${i}`, expr, labels] as const),
);
const rules = Object.values(ruleFiles).flatMap((groups) => groups.flatMap((group) => group.rules));

describe("every dashboard", () => {
  it("keeps its address, for alerts and bookmarks", () =>
    expect(dashboards.map(({ uid }) => uid)).toEqual([
      "frontdesk-api-overview",
      "frontdesk-slo",
      "frontdesk-bookings",
      "frontdesk-dependencies",
      "frontdesk-events",
      "frontdesk-telemetry",
      "frontdesk-load-test",
    ]));
  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    "%s fits a screen, names each panel once, and goes from whether to why",
    (_title, { rows }) => {
      const titles = rows.flatMap((row) => row.panels.map(({ title }) => title));
      expect(titles.length).toBeLessThanOrEqual(12);
      expect(new Set(titles).size).toBe(titles.length);
      expect(rows[0]?.title).toMatch(/^Is it bad/);
      expect(rows.map(({ title }) => title).join(" ")).toMatch(/[Ww]here/);
      expect(rows.map(({ title }) => title).join(" ")).toMatch(/[Ss]ince when/);
      expect(rows.at(-1)?.title).toMatch(/[Ww]hy/);
    },
  );
  it("has a version that changes with the definition and with nothing else", () => {
    const [first] = dashboards;
    if (!first) throw new Error("no dashboard");
    expect(madeOf(first)).toEqual(madeOf(structuredClone(first)));
    expect(madeOf({ ...first, title: "Other" }).version).not.toBe(madeOf(first).version);
    expect(new Set(dashboards.map((one) => madeOf(one).version)).size).toBe(dashboards.length);
  });
  it("links only to dashboards that exist and alerts that may fire", () => {
    const uids = dashboards.map(({ uid }) => uid);
    const alerts = rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : []));
    const links = panels.flatMap(([, { links = [] }]) => links);
    for (const link of links) {
      if (link.to === "dashboard") expect(uids).toContain(link.uid);
      if (link.to === "runbook" && !link.alert.includes("{{")) expect(alerts).toContain(link.alert);
    }
    expect(links.filter(({ to }) => to === "traces").length).toBeGreaterThan(3);
    expect(links.filter(({ to }) => to === "runbook").length).toBeGreaterThan(5);
  });
});

it("is refused by the compiler when something is missing, and drawn as it stands at run time", () =>
  expect(refused.queries()).toMatchObject({ title: "x", queries: [] }));

it.each(panels)("%s says what it answers, and what emptiness means", (_name, panel) => {
  expect(panel.question).toMatch(/\?/);
  expect(panel.noData).toMatch(/\.$/);
});

const recorded = rules.flatMap((rule) => ("record" in rule ? [rule.record] : []));
const ofTable = (Object.keys(metrics) as MetricName[]).map(prometheusName);
/** What is not the product's describes itself under the job that scrapes it. */
const ofTools = /^(otelcol|prometheus|tempo|vl)_/;
const chosen = 'deployment_environment_name=~"$environment"';

function check(name: string, where: string, labels: readonly string[]): void {
  if (ofTools.test(name)) {
    expect(where).toMatch(/^job="[a-z-]+"/);
    return;
  }
  if (name.startsWith("k6_")) {
    expect(where).toMatch(/^service_name="k6"/);
    return;
  }
  expect(where).toContain(chosen);
  expect(labels).toContain("deployment_environment_name");
  if (name.startsWith("slo:")) expect(recorded).toContain(name);
  else if (name !== "ALERTS") {
    expect(where).toContain('service_name="frontdesk"');
    expect(ofTable).toContain(name.replace(/_(bucket|count)$/, ""));
  }
}

it.each(asked)(
  "%s reads what exists, of the chosen environments, and adds none of them up",
  (_name, expr, labels) => {
    const selectors = [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)];
    expect(selectors.length).toBeGreaterThan(0);
    for (const [, name = "", where = ""] of selectors) check(name, where, labels);
    for (const [grouping] of expr.matchAll(/\b(sum|max|min|count|avg)\b( by \([^)]*\))?/g))
      if (labels.includes("deployment_environment_name"))
        expect(grouping).toContain("deployment_environment_name");
  },
);

const promises: Record<string, SloId> = {
  "frontdesk-api-overview: Failed share by route": "api-availability",
  "frontdesk-api-overview: p99 by route": "api-latency",
  "frontdesk-bookings: Bookings that fail": "booking-availability",
  "frontdesk-bookings: Booking takes, p99": "booking-latency",
  "frontdesk-bookings: Logins that fail": "login-availability",
  "frontdesk-events: Oldest open event": "event-freshness",
  "frontdesk-events: Deliveries that fail": "queue-processing",
  "frontdesk-load-test: p99 for callers": "api-latency",
};

describe("colours and thresholds", () => {
  it.each(Object.entries(promises))("%s turns bad where %s is broken", (name, id) => {
    const panel = panels.find(([title]) => title === name)?.[1];
    expect(panel && "limits" in panel && panel.limits).toEqual(promised(id));
    const { good } = slos[id].indicator;
    const edge = promised(id).steps[0]?.from;
    if (good.kind === "within") expect(edge).toBe(good.seconds);
    else if (good.kind === "at most") expect(edge).toBe(good.value);
    else expect(edge).toBeCloseTo(1 - Number(slos[id].objective.slice(0, -1)) / 100, 10);
  });
  it("only rise", () => {
    for (const [name, panel] of panels) {
      const steps = "limits" in panel ? (panel.limits?.steps ?? []).map(({ from }) => from) : [];
      expect(steps, name).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
    }
  });
});
