import { beforeEach, describe, expect, it, vi } from "vitest";
import { buffered, emptyBuffer } from "../../../../telemetry/kit/export/buffer.ts";
import { resetCounts } from "../../../../telemetry/kit/export/counts.ts";
import { idle, resetFlush } from "../../../../telemetry/kit/export/flush.ts";
import { count, exportCounts } from "../../../../telemetry/kit/index.ts";
import { collectorAnswers, eventually, inRequest } from "./fixture/run.ts";

beforeEach(async () => {
  await eventually(() => (idle() ? true : undefined));
  emptyBuffer();
  resetFlush();
  resetCounts();
});

const drained = () => eventually(() => (idle() && buffered() === 0 ? true : undefined), 20_000);
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
    const waits = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    await inRequest(() => count("frontdesk.telemetry.dropped", 1, { "frontdesk.signal": "logs" }));
    await drained();
    const [traces = 0, metrics = 0] = waits.mock.calls.map(([ms]) => ms);
    waits.mockRestore();
    expect(traces).toBeGreaterThan(12_000);
    expect(metrics).toBeGreaterThan(traces + 10_000);
    expect(metrics).toBeLessThan(30_000);
    expect(exportCounts().traces).toMatchObject({ ended: 1, sent: 0, uncertain: 1 });
  });
});
