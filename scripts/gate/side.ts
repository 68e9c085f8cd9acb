import { join } from "node:path";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { convertV4MiniflareOptions, type LegacyWorkerOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { childrenNamed } from "../bench/children.ts";
import { BrokenGate } from "./broken-gate.ts";
import type { OtlpTraces } from "./calls.ts";
import { openReceiver, type Receiver } from "./receiver.ts";
import type { Release } from "./release.ts";

/** A release that answers: workerd with empty storage, and who takes its telemetry. */
export type Side = {
  readonly release: Release;
  /** Base URL of the Worker, straight to its socket. */
  readonly url: string;
  /** Process of its workerd. */
  readonly pid: number;
  readonly receiver: Receiver;
  /** Size of its D1 database. */
  readonly databaseBytes: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

/**
 * Starts a release on a workerd of its own, with its bindings and migrations.
 *
 * @param secrets  variables of the Worker; the same for both sides
 * @param take     is given the traces that it exports
 * @throws BrokenGate when it does not start
 */
export async function startSide(
  release: Release,
  code: string,
  secrets: Readonly<Record<string, string>>,
  take: (traces: OtlpTraces) => void,
): Promise<Side> {
  const receiver = await openReceiver(take);
  const before = childrenNamed("workerd");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [workerOf(release, code, { ...secrets, OTLP_ENDPOINT: receiver.url })],
      handleStructuredLogs: () => {},
    }),
  );
  const stop = async () => {
    await miniflare.dispose();
    await receiver.close();
  };
  try {
    await applyMigrations(miniflare, release.folder);
    const [pid] = childrenNamed("workerd").filter((child) => !before.includes(child));
    if (pid === undefined) throw new BrokenGate("workerd has no process of its own that can be measured.");
    const url = (await miniflare.unsafeGetDirectURL("gate")).origin;
    const { status } = await fetch(`${url}/v1/health`);
    if (status !== 200) throw new BrokenGate(`${release.name} starts, but /v1/health answers ${status}.`);
    const databaseBytes = async () => {
      const database = await miniflare.getD1Database("DB");
      return (await database.prepare("SELECT 1").all()).meta.size_after ?? Number.NaN;
    };
    return { release, url, pid, receiver, databaseBytes, stop };
  } catch (error) {
    await stop();
    if (error instanceof BrokenGate) throw error;
    throw new BrokenGate(`${release.name} does not start: ${(error as Error).message}`);
  }
}

function workerOf(
  release: Release,
  script: string,
  variables: Readonly<Record<string, string>>,
): LegacyWorkerOptions {
  const { workerOptions } = workerOptionsOf(join(release.folder, "wrangler.toml"));
  // Neither has anybody to talk to here: cron would disturb one side only.
  const {
    tails: _tails,
    cronTriggers: _crons,
    modulesRules: _rules,
    ...options
  } = workerOptions as LegacyWorkerOptions & Record<string, unknown>;
  return {
    ...options,
    name: "gate",
    modules: true,
    script,
    bindings: { ...options.bindings, ...variables },
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  } as LegacyWorkerOptions;
}

async function applyMigrations(miniflare: Miniflare, folder: string): Promise<void> {
  const database = await miniflare.getD1Database("DB");
  for (const { queries } of await readD1Migrations(join(folder, "migrations")))
    for (const query of queries) await database.prepare(query).run();
}
