import { type Schema, Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { generatedFiles } from "../../../scripts/generate/files.ts";
import { collectorFiles } from "../../../scripts/stack/overlays.ts";
import { product, registry } from "../../../telemetry/registry/registry.ts";
import { merged } from "../stack/collector-config.ts";

const files = generatedFiles();
const json = (name: string) => JSON.parse(files[`telemetry/generated/${name}`] ?? "") as Schema;

describe("registry.json", () => {
  const validator = new Validator(json("registry.schema.json"), "2020-12", false);

  it("is what its own schema says", () => {
    expect(validator.validate(json("registry.json")).errors).toEqual([]);
  });

  it.each([
    [
      "an attribute without a bound",
      { attributes: { "a.b": { type: "string", exported: true, brief: "b" } } },
    ],
    ["a metric without a cardinality bound", { metrics: { m: { instrument: "counter", unit: "1" } } }],
    ["a key that nobody knows", { surprise: 1 }],
  ])("would be refused with %s", (_what, part) => {
    expect(validator.validate({ ...json("registry.json"), ...part }).valid).toBe(false);
  });
});

describe("every name in a row is an attribute of the table, and may be exported", () => {
  const named = [
    ...Object.entries(registry.spans).flatMap(([name, { is, required, attributes, names }]) =>
      [
        ...Object.keys(is),
        ...required,
        ...attributes,
        ...(names.join().match(/\{[^}]+\}/g) ?? []).map((placeholder) => placeholder.slice(1, -1)),
      ].map((attribute) => [name, attribute]),
    ),
    ...Object.entries(registry.metrics).flatMap(([name, { labels }]) => labels.map((label) => [name, label])),
    ...Object.entries(registry.logEvents).flatMap(([name, { fields }]) =>
      fields.map((field) => [name, field]),
    ),
  ] as const;

  it("in spans, their names, metrics and log events", () => {
    const lost = named.filter(([, attribute = ""]) => registry.attributes[attribute]?.exported !== true);
    expect(lost).toEqual([]);
  });

  it("and a name is made of attributes that the row itself has", () => {
    for (const [name, { names, is, required, attributes }] of Object.entries(registry.spans)) {
      const own = [...Object.keys(is), ...required, ...attributes];
      for (const [, placeholder] of names.join().matchAll(/\{([^}]+)\}/g))
        expect(own, name).toContain(placeholder);
    }
  });
});

describe("the cardinality bound of a metric", () => {
  const { connectors } = merged(collectorFiles);
  const limits: Readonly<Record<string, string>> = {
    "http.server.request.duration": "span_metrics/sli",
    "frontdesk.dependency.duration": "span_metrics/dependencies",
    "frontdesk.events": "span_metrics/events",
    "frontdesk.heartbeat": "span_metrics/heartbeat",
    "frontdesk.synthetic.requests": "span_metrics/synthetic",
  };

  it("is never above what the bounds of its labels allow", () => {
    for (const [name, { labels, seriesMax }] of Object.entries(registry.metrics))
      expect(seriesMax, name).toBeLessThanOrEqual(product(labels));
  });

  it("of a metric that the collector makes is not above the collector's own limit, where the overflow begins", () => {
    for (const [name, { source, seriesMax }] of Object.entries(registry.metrics)) {
      if (source !== "collector") continue;
      const limit = connectors[limits[name] ?? ""]?.aggregation_cardinality_limit;
      expect(limit, name).toBeGreaterThanOrEqual(seriesMax);
    }
  });

  it("stays a number that a Prometheus can hold", () => {
    const total = Object.values(registry.metrics).reduce((sum, { seriesMax }) => sum + seriesMax, 0);
    expect(total).toBeLessThan(20_000);
  });
});
