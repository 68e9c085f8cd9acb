import type { ShapeName } from "../../load/shapes.ts";
import { otlpHeaders, writeMetrics } from "../probe/send.ts";

const everyMs = 15_000;

/**
 * Marks a run in Prometheus: `k6_run_active{job="k6", shape="…"}` is 1 from its start and 0 from its end.
 * Dashboards draw their annotations from it. A store that does not take it is no reason to stop a run.
 *
 * @returns  ends the mark; resolves to what went wrong, in words, or undefined
 */
export function markRun(
  prometheus: string | undefined,
  shape: ShapeName,
  now: () => number = Date.now,
): { end(): Promise<string | undefined> } {
  if (prometheus === undefined) return { end: async () => undefined };
  const headers = otlpHeaders(process.env.OTEL_EXPORTER_OTLP_HEADERS);
  let failed: string | undefined;
  const write = async (active: 0 | 1) => {
    failed = (await writeMetrics(prometheus, headers, body(shape, active, now()))) ?? failed;
  };
  let last = write(1);
  // A sample is forgotten after five minutes.
  const timer = setInterval(() => {
    last = last.then(() => write(1));
  }, everyMs);
  return {
    end: async () => {
      clearInterval(timer);
      await last;
      await write(0);
      return failed;
    },
  };
}

function body(shape: ShapeName, active: 0 | 1, nowMs: number): object {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const point = {
    attributes: [text("shape", shape)],
    timeUnixNano: `${BigInt(nowMs) * 1_000_000n}`,
    asInt: String(active),
  };
  return {
    resourceMetrics: [
      {
        resource: { attributes: [text("service.name", "k6")] },
        scopeMetrics: [
          {
            scope: { name: "frontdesk.load" },
            metrics: [{ name: "k6.run.active", gauge: { dataPoints: [point] } }],
          },
        ],
      },
    ],
  };
}
