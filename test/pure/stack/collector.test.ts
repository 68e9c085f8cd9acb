import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { collectorFiles, overlays } from "../../../scripts/stack/overlays.ts";
import { metrics, slowSeconds } from "../../../telemetry/metrics.ts";
import { merged, readPart } from "./collector-config.ts";

const config = merged(collectorFiles);
const connectors = Object.entries(config.connectors).filter(([name]) => name.startsWith("span_metrics/"));

/** Ways in which the base runs: the overlays that change its pipelines. */
const settings = {
  alone: collectorFiles,
  sampled: [...collectorFiles, "telemetry/collector/overlays/production-sampling.yaml"],
  "behind a front": [...collectorFiles, "telemetry/collector/overlays/behind-front.yaml"],
  "behind a front and sampled": [
    ...collectorFiles,
    "telemetry/collector/overlays/behind-front.yaml",
    "telemetry/collector/overlays/production-sampling.yaml",
  ],
};

const seconds = (text: string) =>
  text.endsWith("ms") ? Number(text.slice(0, -2)) / 1000 : Number(text.slice(0, -1));

/** Connector → the metric of telemetry/metrics.ts that it makes. */
const made = {
  "span_metrics/sli": "http.server.request.duration",
  "span_metrics/dependencies": "frontdesk.dependency.duration",
  "span_metrics/events": "frontdesk.events",
  "span_metrics/heartbeat": "frontdesk.heartbeat",
  "span_metrics/synthetic": "frontdesk.synthetic.requests",
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
      expect(actual?.exemplars?.enabled).toBe(true);
      if (metric.edgesSeconds) expect(actual?.histogram.unit).toBe(metric.unit);
    });
  }

  it("have a bounded number of series and never expire, because idleness is no outage", () => {
    for (const [, connector] of connectors) {
      expect(connector.aggregation_cardinality_limit).toBeGreaterThan(0);
      expect(connector.metrics_expiration).toBeUndefined();
      expect(connector.metrics_flush_interval).toBe("5s");
    }
  });

  for (const [setting, files] of Object.entries(settings)) {
    it(`are counted once and before sampling: ${setting}`, () => {
      const { pipelines } = merged(files).service;
      const into = (name: string) =>
        Object.values(pipelines).filter(({ exporters }) => exporters.includes(name));
      expect(into("forward/kept_traces")).toEqual([pipelines["traces/sampling"]]);
      expect(into("forward/spans")).toEqual([pipelines["traces/in"]]);
      for (const [name] of connectors)
        expect(into(name).map(({ receivers }) => receivers)).toEqual([["forward/spans"]]);
      const sampled = Object.values(pipelines).filter(({ processors }) =>
        processors?.includes("tail_sampling"),
      );
      for (const { exporters } of sampled) expect(exporters).toEqual(["forward/kept_traces"]);
    });

    it(`everything that comes in is limited in memory and redacted before it goes anywhere: ${setting}`, () => {
      for (const [name, { receivers, processors = [] }] of Object.entries(merged(files).service.pipelines)) {
        if (!receivers.some((receiver) => receiver.startsWith("otlp"))) continue;
        expect(processors[0], name).toBe("memory_limiter");
        const at = processors.findIndex((processor) => processor.startsWith("redaction"));
        expect(processors[at - 1], name).toBe("transform/expose");
        expect(processors[at + 1], name).toBe("transform/restore");
      }
    });
  }
});

it("production keeps every trace that took longer than the SLO allows", () => {
  const { tail_sampling } = merged(settings.sampled).processors;
  const slow = tail_sampling?.policies?.find(({ type }) => type === "latency");
  expect(slow?.latency?.threshold_ms).toBe(slowSeconds * 1000);
});

describe("queues", () => {
  const { exporters, service } = merged([...collectorFiles, ...Object.keys(overlays)]);
  for (const [name, { retry_on_failure, sending_queue }] of Object.entries(exporters)) {
    it(`${name} keeps what it cannot send in a file, bounded in bytes, and tries for ever`, () => {
      expect(service.extensions).toContain("file_storage");
      expect(sending_queue).toMatchObject({ storage: "file_storage", sizer: "bytes" });
      expect(sending_queue?.queue_size).toMatch(/^\$\{env:FRONTDESK_QUEUE_BYTES:-\d+\}$/);
      expect(retry_on_failure?.max_elapsed_time).toBe("0s");
    });
  }

  it("nothing is held in memory between sampling and queue", () => {
    for (const { receivers, processors = [] } of Object.values(service.pipelines)) {
      if (receivers.some((name) => /^forward\/(kept_traces|metrics|logs)$/.test(name)))
        expect(processors).toEqual([]);
    }
  });
});

describe("an overlay", () => {
  for (const path of Object.keys(overlays)) {
    const { connectors: _, ...overlay } = readPart(path);
    it(`${path} replaces no exporter and nothing of a pipeline's way out`, () => {
      for (const name of Object.keys(overlay.exporters ?? {}))
        expect(config.exporters).not.toHaveProperty([name]);
      for (const [name, { receivers, exporters }] of Object.entries(overlay.service?.pipelines ?? {})) {
        if (name in config.service.pipelines) expect(exporters, name).toBeUndefined();
        else expect(receivers?.length, name).toBeGreaterThan(0);
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
