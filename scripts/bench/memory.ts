import { setTimeout as sleep } from "node:timers/promises";
import { buildVariant } from "./build.ts";
import { readHeap } from "./inspector.ts";
import { type Peers, startPeers } from "./peers.ts";
import { startProgress } from "./progress.ts";
import type { BenchRun } from "./run.ts";
import { startRuntime } from "./runtime.ts";
import { type Estimate, slope } from "./statistics.ts";
import type { VariantId } from "./variants.ts";

export type Retained = {
  /** Slope of the heap over the number of requests. */
  readonly bytesPerRequest: Estimate;
  readonly points: readonly { readonly requests: number; readonly heapBytes: number }[];
};

const settleMs = 2_200;
// The heap of a young isolate grows by compiled code and caches, not by requests: seen to end after some 7 000 of them.
const warmUpRequests = 10_000;

/** Heap after forced garbage collection at a growing number of requests, a mix of the routes. */
export async function measureRetained(run: BenchRun): Promise<Readonly<Record<VariantId, Retained>>> {
  const [steps, requests] = run.quick ? [5, 400] : [10, 800];
  const peers = await startPeers();
  const progress = startProgress("retained", run.variants.length * steps);
  const found: Partial<Record<VariantId, Retained>> = {};
  try {
    for (const variant of run.variants) {
      const code = await buildVariant(variant, run.folder);
      const collector = `${peers.collector}/${variant.id}`;
      const runtime = await startRuntime(code, { collector, origin: peers.origin, inspect: true });
      const heap = await readHeap(runtime.inspector, "front", `${runtime.url}/plain`);
      await mix(runtime.url, run.quick ? 600 : warmUpRequests, peers);
      await heap.usedBytes();
      const points = [];
      for (let step = 0; step < steps; step++) {
        points.push({ requests: step * requests, heapBytes: await heap.usedBytes() });
        await mix(runtime.url, requests, peers);
        progress.step();
      }
      heap.close();
      await runtime.stop();
      const line = points.map(({ requests: x, heapBytes: y }) => ({ x, y }));
      found[variant.id] = { bytesPerRequest: slope(line), points };
    }
  } finally {
    peers.stop();
  }
  progress.done();
  return found as Record<VariantId, Retained>;
}

async function mix(url: string, requests: number, peers: Peers): Promise<void> {
  for (const [route, share] of [
    ["plain", 0.6],
    ["d1", 0.2],
    ["object", 0.2],
  ] as const)
    await peers.send({ url: `${url}/${route}`, requests: Math.round(requests * share), concurrency: 4 });
  await sleep(settleMs);
}
