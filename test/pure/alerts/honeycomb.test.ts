import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { honeycomb, isOverRequests, sliDataset, sliExpression } from "../../../alerts/honeycomb.ts";
import { holds } from "../../../telemetry/derive/promql.ts";
import { product } from "../../../telemetry/derive/series.ts";
import { type Slo, slos } from "../../../telemetry/slo.ts";

type Span = Readonly<Record<string, string | number | boolean>>;

/** What Honeycomb's functions do, by its reference of calculated fields. */
const functions = {
  IF: (condition: unknown, then: unknown) => (condition ? then : null),
  AND: (...all: unknown[]) => all.every(Boolean),
  NOT: (value: unknown) => !value,
  EQUALS: (a: unknown, b: unknown) => a === b,
  EXISTS: (value: unknown) => value !== null,
  LTE: (a: number, b: number) => a <= b,
  STRING: (value: unknown) => (value === null ? null : String(value)),
  COALESCE: (...all: unknown[]) => all.find((value) => value !== null) ?? null,
  REG_MATCH: (text: string, pattern: string) => new RegExp(pattern).test(text),
};

/** The SLI of one span: good, bad or, with null, not valid. */
const sliOf = (slo: Slo, span: Span): unknown =>
  runInNewContext(
    sliExpression(slo).replace(/\$([a-z_.]+)/g, (_, name: string) => JSON.stringify(span[name] ?? null)),
    functions,
  );

/** The same by the promise itself. */
function promised({ indicator: { valid, good } }: Slo, span: Span): boolean | null {
  const labels = Object.fromEntries(Object.entries(span).map(([name, value]) => [name, String(value)]));
  if (span["frontdesk.sli"] !== true || span["user_agent.synthetic.type"] !== undefined) return null;
  if (!valid.every((matcher) => holds(matcher, labels))) return null;
  if (good.kind === "label") return holds(good.matcher, labels);
  return good.kind === "within" && Number(span.duration_ms) <= good.seconds * 1_000;
}

const each = <T>(...values: T[]) => values;
const spans: Span[] = each(200, 201, 409, 429, 500, 503).flatMap((status) =>
  each("/v1/bookings", "/v1/health", "/v1/health/ready", "/v1/auth/login", undefined).flatMap((route) =>
    each("GET", "POST", "OPTIONS").flatMap((method) =>
      each(1, 299, 300, 500, 501, 1_000, 1_001).map((duration_ms) => ({
        "frontdesk.sli": true,
        "http.request.method": method,
        ...(route && { "http.route": route }),
        "http.response.status_code": status,
        duration_ms,
      })),
    ),
  ),
);
const others: Span[] = [
  { ...spans[0], "frontdesk.sli": false } as Span,
  { ...spans[0], "user_agent.synthetic.type": "test" } as Span,
];
const overRequests = Object.entries<Slo>(slos).filter(([, slo]) => isOverRequests(slo));

describe.each(overRequests)("the SLI of %s in Honeycomb", (_id, slo) => {
  it("judges every kind of request as the promise does", () => {
    const judged = [...spans, ...others].map((span) => sliOf(slo, span));
    expect(judged).toEqual([...spans, ...others].map((span) => promised(slo, span)));
    expect(new Set(judged)).toEqual(new Set([true, false, null]));
  });
});

type Resources = Record<string, Record<string, Record<string, unknown>>>;
const { resource, variable } = honeycomb("", slos) as {
  resource: Resources;
  variable: Record<string, unknown>;
};

/** Arguments of the provider's resources that must be there, and those that may. */
const provider: Record<string, { readonly must: readonly string[]; readonly may: readonly string[] }> = {
  honeycombio_derived_column: { must: ["alias", "expression", "dataset"], may: ["description"] },
  honeycombio_slo: {
    must: ["name", "dataset", "sli", "target_percentage", "time_period"],
    may: ["description"],
  },
  honeycombio_burn_alert: {
    must: ["dataset", "slo_id", "alert_type", "budget_rate_window_minutes", "budget_rate_decrease_percent"],
    may: ["description", "dynamic"],
  },
};

describe("the Terraform for Honeycomb", () => {
  it("reads the dataset that the collector's overlay fills", () => {
    const overlay = readFileSync("telemetry/collector/overlays/honeycomb.yaml", "utf8");
    expect(overlay).toContain(`Concat([resource.attributes["service.name"], "sli"], "-")`);
    expect(sliDataset).toBe(`${product.value}-sli`);
  });

  it("has for each resource the arguments that the provider asks for, and no others", () => {
    expect(Object.keys(resource).toSorted()).toEqual(Object.keys(provider).toSorted());
    for (const [type, { must, may }] of Object.entries(provider))
      for (const one of Object.values(resource[type] ?? {})) {
        expect(Object.keys(one)).toEqual(expect.arrayContaining([...must]));
        expect(Object.keys(one).filter((name) => ![...must, ...may].includes(name))).toEqual([]);
        expect(one.dataset).toBe(sliDataset);
      }
  });

  it("refers only to what it declares", () => {
    const text = JSON.stringify(resource);
    for (const [, type = "", name = ""] of text.matchAll(/\$\{(honeycombio_\w+)\.(\w+)\.\w+\}/g))
      expect(Object.keys(resource[type] ?? {})).toContain(name);
    for (const [, name = ""] of text.matchAll(/\$\{var\.(\w+)\}/g))
      expect(Object.keys(variable)).toContain(name);
    for (const name of Object.keys(resource.honeycombio_slo ?? {})) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it("burns as the pairs of the workbook say: 2, 5, 10 and 10 % of a month's budget", () => {
    const alerts = Object.entries(resource.honeycombio_burn_alert ?? {}).filter(([name]) =>
      name.startsWith("api_availability_"),
    );
    expect(
      alerts.map(([, one]) => [one.budget_rate_window_minutes, one.budget_rate_decrease_percent]),
    ).toEqual([
      [60, 2],
      [360, 5],
      [1_440, 10],
      [4_320, 10],
    ]);
  });
});
