import { setTimeout as sleep } from "node:timers/promises";
import { buildVariant } from "./build.ts";
import { startPeers } from "./peers.ts";
import { startProgress } from "./progress.ts";
import type { BenchRun } from "./run.ts";
import { startRuntime } from "./runtime.ts";
import type { VariantId } from "./variants.ts";

/** What a variant sends to its receiver for a thousand requests, all signals together. */
export type Exports = {
  readonly requestsPerSecond: number;
  /** By the Worker's isolate, on the plain route. */
  readonly per1000: number;
  readonly bytesPer1000: number;
  /** By the isolate of a Durable Object, which each request calls once. */
  readonly objectPer1000: number;
};

const rate = 250;
const settleMs = 2_500;

/** Counts exports at 250 requests a second; slower than asked is an error of the measurement. */
export async function measureExports(run: BenchRun): Promise<Readonly<Record<VariantId, Exports>>> {
  const requests = run.quick ? 1_000 : 3_000;
  const peers = await startPeers();
  const progress = startProgress("exports", run.variants.length);
  const found: Partial<Record<VariantId, Exports>> = {};
  try {
    for (const variant of run.variants) {
      const code = await buildVariant(variant, run.folder);
      const collector = `${peers.collector}/${variant.id}`;
      const runtime = await startRuntime(code, { collector, origin: peers.origin });
      const ask = (route: string, count: number) =>
        peers.send({ url: `${runtime.url}/${route}`, requests: count, concurrency: 32, rate });
      await ask("plain", 200);
      await sleep(settleMs);
      await peers.forget();
      const { seconds } = await ask("plain", requests);
      await sleep(settleMs);
      const front = await peers.exported(variant.id);
      await ask("far-object", requests / 2);
      await sleep(settleMs);
      const object = await peers.exported(`${variant.id}-object`);
      await runtime.stop();
      found[variant.id] = {
        requestsPerSecond: requests / seconds,
        per1000: (front.exports / requests) * 1000,
        bytesPer1000: (front.wireBytes / requests) * 1000,
        objectPer1000: (object.exports / (requests / 2)) * 1000,
      };
      progress.step();
    }
  } finally {
    peers.stop();
  }
  progress.done();
  return found as Record<VariantId, Exports>;
}
