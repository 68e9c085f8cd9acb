import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { BrokenBench } from "./broken.ts";
import type { Load, Served } from "./client.ts";
import type { Seen } from "./counted.ts";

/** The two processes on the other side of the Workers. */
export type Peers = {
  /** Base URL of the fake collector; each variant adds its id. */
  readonly collector: string;
  readonly origin: string;
  /** @throws BrokenBench when an answer is not 200 */
  readonly send: (load: Load) => Promise<Served>;
  /** What was exported since the last `forget`. */
  readonly exported: (variant: string) => Promise<Seen>;
  readonly forget: () => Promise<void>;
  readonly stop: () => void;
};

export async function startPeers(): Promise<Peers> {
  const client = fork(join(import.meta.dirname, "client.ts"));
  const server = fork(join(import.meta.dirname, "collector.ts"));
  const [port] = (await once(server, "message")) as [number];
  const base = `http://127.0.0.1:${port}`;
  return {
    collector: base,
    origin: `${base}/origin`,
    send: async (load) => {
      const served = await ask<Served>(client, load);
      if (served.failed > 0)
        throw new BrokenBench(`${served.failed} of ${load.requests} requests to ${load.url} failed.`);
      return served;
    },
    exported: async (variant) =>
      (await ask<Record<string, Seen>>(server, "read"))[variant] ?? {
        exports: 0,
        wireBytes: 0,
        unread: 0,
        spans: {},
      },
    forget: async () => void (await ask(server, "forget")),
    stop: () => {
      client.kill();
      server.kill();
    },
  };
}

async function ask<T>(child: ChildProcess, question: Load | "read" | "forget"): Promise<T> {
  child.send(question);
  const [answer] = (await once(child, "message")) as [T];
  return answer;
}
