import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { collectorOverlays } from "../../../scripts/stack/overlays.ts";
import { defaultPorts, type PortName, type Ports } from "../../../scripts/stack/ports.ts";
import { renderConfigs, withPorts } from "../../../scripts/stack/render.ts";

const moved = Object.fromEntries(
  (Object.keys(defaultPorts) as PortName[]).map((name, index) => [name, 40_000 + index]),
) as Ports;

describe("rendering with other ports", () => {
  const outDir = mkdtempSync(join(tmpdir(), "frontdesk-render-"));
  const files = [
    "telemetry/collector/collector.yaml",
    "telemetry/collector/overlays/honeycomb.yaml",
    "telemetry/stack/prometheus.yaml",
    "telemetry/stack/alertmanager.yaml",
    "telemetry/stack/tempo.yaml",
  ];

  it("leaves no default port in any file, and nothing else is changed", async () => {
    await renderConfigs({ ports: moved, outDir });
    const numbers = Object.values(defaultPorts).filter((port) => port !== defaultPorts.grafana);
    for (const file of files) {
      const text = readFileSync(join(outDir, file), "utf8");
      for (const port of numbers) expect(text, file).not.toMatch(new RegExp(`(:|port: )${port}\\b`));
      const back = withPorts(
        text.replaceAll(/\b400(\d\d)\b/g, (_all, index: string) =>
          String(Object.values(defaultPorts)[Number(index)]),
        ),
        {},
      );
      expect(back).toBe(readFileSync(file, "utf8"));
    }
  });

  it("replaces the listener that compose widens and the collector's own metrics too", () => {
    const listen = "$" + "{env:FRONTDESK_LISTEN:-127.0.0.1}";
    expect(withPorts(`endpoint: ${listen}:14318`, { collector: 5 })).toBe(`endpoint: ${listen}:5`);
    expect(withPorts("{ host: 127.0.0.1, port: 8888 }", { collectorMetrics: 6 })).toBe(
      "{ host: 127.0.0.1, port: 6 }",
    );
  });

  it("refuses a local port that the table does not know, naming the file", () => {
    expect(() => withPorts("url: http://127.0.0.1:1234", {}, "some.yaml")).toThrow(
      "some.yaml names 127.0.0.1:1234",
    );
  });
});

describe("the overlays of the collector", () => {
  it("are none by default", () => expect(collectorOverlays({})).toEqual([]));

  it("are chosen by their variables, together if need be", () => {
    expect(collectorOverlays({ HONEYCOMB_API_KEY: "k", FRONTDESK_TAIL_SAMPLING: "5" })).toEqual([
      "telemetry/collector/overlays/honeycomb.yaml",
      "telemetry/collector/overlays/production-sampling.yaml",
    ]);
  });

  it("are refused when half configured, naming what is missing and never a value", () => {
    expect(() => collectorOverlays({ GRAFANA_CLOUD_BASIC_AUTH: "c2VjcmV0" })).toThrow(
      "telemetry/collector/overlays/grafana-cloud.yaml also needs GRAFANA_CLOUD_OTLP_ENDPOINT: set it, or unset the others",
    );
  });
});
