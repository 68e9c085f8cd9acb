import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../load/verdict/random.ts";
import { buildVariant } from "./build.ts";
import { cpuTimeNs } from "./cpu-time.ts";
import { type Peers, startPeers } from "./peers.ts";
import { startProgress } from "./progress.ts";
import { type Route, type RouteId, routes } from "./routes.ts";
import type { BenchRun } from "./run.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { shuffled } from "./statistics.ts";
import { type Variant, type VariantId, variants } from "./variants.ts";

/** CPU time of workerd for one request, microseconds, by variant: what was measured side by side. */
export type Round = Readonly<Record<VariantId, number>>;
export type Overhead = {
  readonly rounds: Readonly<Record<RouteId, readonly Round[]>>;
  /** Spans that a variant should have exported and did not, over the whole run. */
  readonly missingSpans: Readonly<Record<VariantId, number>>;
};

type Started = { readonly variant: Variant & { id: VariantId }; readonly runtime: Runtime };

const epochsMax = 3;
const concurrency = 4;
/** Longer than any window of a variant: what it exports after the answer is its cost, too. */
const settleMs = 1_600;
const exportedByMs = 15_000;

/**
 * Measures all variants in interleaved rounds; each epoch has fresh processes, because one process is not like another.
 *
 * @throws BrokenBench when a variant does not start or answers other than 200
 */
export async function measureOverhead(run: BenchRun): Promise<Overhead> {
  const epochs = Math.max(1, Math.min(epochsMax, Math.floor(run.rounds / 10)));
  const roundsEach = Math.ceil(run.rounds / epochs);
  const random = seededRandom(run.seed);
  const peers = await startPeers();
  const progress = startProgress("overhead", epochs * roundsEach * routes.length);
  const rounds: Record<RouteId, Round[]> = { plain: [], d1: [], object: [], "far-object": [] };
  const missingSpans = Object.fromEntries(variants.map(({ id }) => [id, 0])) as Record<VariantId, number>;
  try {
    const codes = new Map<string, string>();
    for (const variant of run.variants) codes.set(variant.id, await buildVariant(variant, run.folder));
    for (let epoch = 0; epoch < epochs; epoch++) {
      const started = await startAll(run.variants, codes, peers);
      for (const route of routes) for (const one of started) await warmUp(one, route, peers);
      await sleep(settleMs);
      for (let round = 0; round < roundsEach; round++)
        for (const route of shuffled(routes, random)) {
          rounds[route.id].push(await visitAll(shuffled(started, random), route, peers, missingSpans));
          progress.step();
        }
      await Promise.all(started.map(({ runtime }) => runtime.stop()));
    }
  } finally {
    peers.stop();
  }
  progress.done();
  return { rounds, missingSpans };
}

async function startAll(chosen: BenchRun["variants"], codes: Map<string, string>, peers: Peers) {
  const started: Started[] = [];
  for (const variant of chosen) {
    const options = { collector: `${peers.collector}/${variant.id}`, origin: peers.origin };
    started.push({ variant, runtime: await startRuntime(codes.get(variant.id) ?? "", options) });
  }
  return started;
}

const warmUp = async ({ runtime }: Started, { id, requests }: Route, peers: Peers) =>
  peers.send({ url: `${runtime.url}/${id}`, requests, concurrency });

async function visitAll(
  started: readonly Started[],
  { id: route, requests }: Route,
  peers: Peers,
  missingSpans: Record<VariantId, number>,
): Promise<Round> {
  await peers.forget();
  const before = started.map(({ runtime }) => cpuTimeNs(runtime.pid));
  for (const { runtime } of started)
    await peers.send({ url: `${runtime.url}/${route}`, requests, concurrency });
  await sleep(settleMs);
  for (const { variant } of started)
    missingSpans[variant.id] += await missing(variant, route, requests, peers);
  const spent = started.map(({ variant, runtime }, index) => {
    const micros = (cpuTimeNs(runtime.pid) - (before[index] ?? 0)) / 1000 / requests;
    return [variant.id, micros];
  });
  return Object.fromEntries(spent) as Round;
}

/** Waits until every span has arrived; what does not is missing. */
async function missing(variant: Variant, route: RouteId, requests: number, peers: Peers): Promise<number> {
  const until = Date.now() + exportedByMs;
  for (;;) {
    const [front, object] = [await peers.exported(variant.id), await peers.exported(`${variant.id}-object`)];
    const lost = variant.spans[route].reduce((sum, name) => {
      const count = (front.spans[name] ?? 0) + (object.spans[name] ?? 0);
      return sum + Math.max(0, requests - count);
    }, 0);
    if (lost === 0 || Date.now() > until) return lost;
    await sleep(100);
  }
}
