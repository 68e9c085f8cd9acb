import { setTimeout as sleep } from "node:timers/promises";

export type Request = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type SteadyLoad = {
  /** Requests a second from now on; 0 stops asking. */
  rate: number;
  /** Requests that were answered or given up so far. */
  answered: number;
  stop(): Promise<void>;
};

/** More than this at once are not asked: the load must not pile up on a machine that is out of breath. */
const inFlightMax = 60;

/** Asks in turn, by the clock and not by the answers. Loopback only. */
export function startLoad(base: string, requests: readonly Request[], rate: number): SteadyLoad {
  const inFlight = new Set<Promise<void>>();
  const stopped = new AbortController();
  const load = { rate, answered: 0, stop };
  const done = run();

  async function run(): Promise<void> {
    let next = performance.now();
    for (let index = 0; !stopped.signal.aborted; ) {
      const pauseMs = load.rate > 0 ? 1_000 / load.rate : 100;
      next = Math.max(next + pauseMs, performance.now() - 1_000);
      await sleep(Math.max(0, next - performance.now()));
      const request = requests[index % requests.length];
      if (load.rate === 0 || request === undefined || inFlight.size >= inFlightMax) continue;
      index += 1;
      const asked = ask(base, request).then(() => {
        load.answered += 1;
        inFlight.delete(asked);
      });
      inFlight.add(asked);
    }
  }

  async function stop(): Promise<void> {
    stopped.abort();
    await done;
    await Promise.all(inFlight);
  }

  return load;
}

/** One request. @returns its status, 0 when there is no answer */
export async function ask(base: string, { path, ...request }: Request): Promise<number> {
  try {
    const response = await fetch(`${base}${path}`, { ...request, signal: AbortSignal.timeout(15_000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
