import { beforeEach, describe, expect, it, vi } from "vitest";
import { idle } from "../../../../telemetry/kit/export/flush.ts";
import { count, exportCounts } from "../../../../telemetry/kit/index.ts";
import { drained, freshExporter } from "./fixture/exporter.ts";
import { collectorAnswers, inRequest } from "./fixture/run.ts";

beforeEach(freshExporter);

const request = () => inRequest(() => undefined);

describe("a collector that is slow", () => {
  it("keeps no response waiting", async () => {
    await collectorAnswers({ signal: "traces", status: 200, hangMs: 1_500 });
    const response = await request();
    expect(response.status).toBe(200);
    expect(idle()).toBe(false);
    await request();
    expect(exportCounts().traces).toMatchObject({ ended: 2, sent: 0 });
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 2, sent: 2 });
  });

  it("and answers after more than five seconds has taken the batch all the same", async () => {
    await collectorAnswers({ signal: "traces", status: 200, hangMs: 5_500 });
    await request();
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 1, sent: 1, uncertain: 0 });
  });

  it("and never answers is given up when waitUntil would be cut, metrics last", async () => {
    const real = AbortSignal.timeout.bind(AbortSignal);
    const waits = vi
      .spyOn(AbortSignal, "timeout")
      .mockImplementation((ms) => real(waits.mock.calls.length === 1 ? 100 : ms));
    await collectorAnswers({ signal: "traces", status: 200, hangMs: 30_000 });
    await inRequest(() => count("frontdesk.telemetry.dropped", 1, { "frontdesk.signal": "logs" }));
    await drained();
    const [first = 0, probe = 0] = waits.mock.calls.map(([ms]) => ms);
    const [metrics = 0] = waits.mock.lastCall ?? [];
    waits.mockRestore();
    expect(first).toBeGreaterThan(12_000);
    expect(probe).toBeGreaterThan(12_000);
    expect(metrics).toBeGreaterThan(probe + 10_000);
    expect(metrics).toBeLessThan(30_000);
    expect(exportCounts().traces).toMatchObject({ ended: 1, sent: 0, uncertain: 1 });
  });
});
