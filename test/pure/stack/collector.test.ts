import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { overlays } from "../../../scripts/stack/overlays.ts";
import { metrics } from "../../../telemetry/metrics.ts";

type Connector = {
  dimensions?: { name: string }[];
  histogram: { disable?: boolean; unit?: string; explicit?: { buckets: string[] } };
  exemplars?: { enabled: boolean };
  aggregation_cardinality_limit: number;
  metrics_expiration?: string;
  metrics_flush_interval: string;
};
type Config = {
  connectors: Record<string, Connector>;
  exporters: Record<string, object>;
  processors: Record<string, { metric_statements?: { statements: string[] }[] }>;
  service: { pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }> };
};
const read = (path: string) => parse(readFileSync(path, "utf8")) as Config;
const config = read("telemetry/collector/collector.yaml");
const connectors = Object.entries(config.connectors).filter(([name]) => name.startsWith("span_metrics/"));

const seconds = (text: string) =>
  text.endsWith("ms") ? Number(text.slice(0, -2)) / 1000 : Number(text.slice(0, -1));

/** Connector → the metric of telemetry/metrics.ts that it makes. */
const made = {
  "span_metrics/sli": "http.server.request.duration",
  "span_metrics/dependencies": "frontdesk.dependency.duration",
  "span_metrics/events": "frontdesk.events",
  "span_metrics/heartbeat": "frontdesk.heartbeat",
} as const;

describe("metrics made of spans", () => {
  it("are exactly those whose source is the collector in telemetry/metrics.ts", () => {
    const expected = Object.entries(metrics).flatMap(([name, { source }]) =>
      source === "collector" ? [name] : [],
    );
    expect(Object.values<string>(made).toSorted()).toEqual(expected.toSorted());
    expect(connectors.map(([name]) => name).toSorted()).toEqual(Object.keys(made).toSorted());
    const statements = config.processors["transform/name_span_metrics"]?.metric_statements
      ?.flatMap((group) => group.statements)
      .join();
    for (const name of Object.values(made)) expect(statements).toContain(`set(metric.name, "${name}")`);
  });

  for (const [connector, name] of Object.entries(made)) {
    const metric: {
      labels: readonly string[];
      instrument: string;
      unit: string;
      edgesSeconds?: readonly number[];
    } = metrics[name];
    it(`${name} has the labels, the unit and the bucket edges of the table`, () => {
      const actual = config.connectors[connector];
      expect((actual?.dimensions ?? []).map((dimension) => dimension.name)).toEqual(metric.labels);
      expect(actual?.histogram.disable === true).toBe(metric.instrument === "counter");
      expect((actual?.histogram.explicit?.buckets ?? []).map(seconds)).toEqual(metric.edgesSeconds ?? []);
      if (metric.edgesSeconds)
        expect([actual?.histogram.unit, actual?.exemplars?.enabled]).toEqual([metric.unit, true]);
    });
  }

  it("have a bounded number of series and never expire, because idleness is no outage", () => {
    for (const [, connector] of connectors) {
      expect(connector.aggregation_cardinality_limit).toBeGreaterThan(0);
      expect(connector.metrics_expiration).toBeUndefined();
      expect(connector.metrics_flush_interval).toBe("5s");
    }
  });

  it("are counted before sampling", () => {
    const sampled = Object.values(config.service.pipelines).filter(({ processors }) =>
      processors.includes("tail_sampling"),
    );
    expect(sampled.map(({ exporters }) => exporters)).toEqual([["forward/kept_traces"]]);
    for (const { receivers, exporters } of Object.values(config.service.pipelines)) {
      if (exporters.some((name) => name.startsWith("span_metrics/")))
        expect(receivers).toEqual(["forward/spans"]);
    }
  });
});

describe("the second line of privacy", () => {
  it("everything that comes in is limited in memory and redacted before it goes anywhere", () => {
    for (const [name, { receivers, processors }] of Object.entries(config.service.pipelines)) {
      if (!receivers.includes("otlp")) continue;
      expect(processors[0], name).toBe("memory_limiter");
      expect(
        processors.some((processor) => processor.startsWith("redaction")),
        name,
      ).toBe(true);
    }
  });
});

describe("an overlay", () => {
  for (const path of Object.keys(overlays)) {
    const overlay = read(path);
    it(`${path} only adds: no pipeline, exporter or connector of the base is replaced`, () => {
      for (const section of ["exporters", "connectors"] as const) {
        for (const name of Object.keys(overlay[section] ?? {}))
          expect(config[section]).not.toHaveProperty([name]);
      }
      for (const [name, { receivers }] of Object.entries(overlay.service?.pipelines ?? {})) {
        expect(config.service.pipelines).not.toHaveProperty([name]);
        expect(receivers.every((receiver) => receiver in config.connectors)).toBe(true);
      }
    });
    it(`${path} takes its credentials from the environment`, () => {
      for (const line of readFileSync(path, "utf8").split("\n")) {
        if (/(team|authorization|key|token|password):/i.test(line) && !/^\s*(#|key:)/.test(line))
          expect(line).toMatch(/\$\{env:\w+\}/);
      }
    });
  }
});
