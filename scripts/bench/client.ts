/** A process of its own that sends requests, so that its work is not in the figures. Started by `load-client.ts`. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type Load = {
  readonly url: string;
  readonly requests: number;
  readonly concurrency: number;
  /** Requests each second; as fast as it goes when absent. */
  readonly rate?: number;
};
export type Served = { readonly seconds: number; readonly failed: number };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

process.on("message", async (load: Load) => process.send?.(await serve(load)));

async function serve({ url, requests, concurrency, rate }: Load): Promise<Served> {
  const started = performance.now();
  let sent = 0;
  let failed = 0;
  const one = async () => {
    while (sent < requests) {
      const due = rate === undefined ? 0 : started + (sent / rate) * 1000 - performance.now();
      sent++;
      if (due > 0) await sleep(due);
      if (!(await ask(url))) failed++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  return { seconds: (performance.now() - started) / 1000, failed };
}

function ask(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200));
      response.on("error", () => resolve(false));
    }).on("error", () => resolve(false));
  });
}
