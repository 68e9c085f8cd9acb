import { setTimeout as sleep } from "node:timers/promises";
import { BrokenBench } from "./broken.ts";

/** The heap of one Worker, read by the inspector protocol. */
export type HeapReader = {
  /** Bytes in use after a forced garbage collection. */
  readonly usedBytes: () => Promise<number>;
  readonly close: () => void;
};

type Target = { readonly id: string; readonly title: string; readonly webSocketDebuggerUrl: string };
type Reply = {
  readonly id: number;
  readonly result?: { readonly usedSize?: number };
  readonly error?: unknown;
};

/**
 * @param address  host and port of workerd's inspector
 * @param worker   name of the Worker
 * @param wakeUrl  what it answers
 */
export async function readHeap(address: string, worker: string, wakeUrl: string): Promise<HeapReader> {
  const targets = (await (await fetch(`http://${address}/json`)).json()) as Target[];
  const target = targets.find(({ id, title }) => `${id} ${title}`.includes(worker));
  if (!target) throw new BrokenBench(`The inspector of workerd does not know the Worker "${worker}".`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new BrokenBench("The inspector of workerd does not answer."));
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.onmessage = ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  };
  let last = 0;
  const call = (method: string) =>
    new Promise<Reply>((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  await call("HeapProfiler.enable");
  return {
    usedBytes: async () => {
      // Twice: the first collection may only find what a finalizer of the platform lets go.
      await collect(call, wakeUrl);
      await collect(call, wakeUrl);
      const { result } = await call("Runtime.getHeapUsage");
      if (result?.usedSize === undefined)
        throw new BrokenBench("workerd does not tell the size of its heap.");
      return result.usedSize;
    },
    close: () => socket.close(),
  };
}

// A Worker that is asleep collects when it is next awake, so it is woken by a request.
async function collect(call: (method: string) => Promise<Reply>, wakeUrl: string): Promise<void> {
  let over = false;
  const collected = call("HeapProfiler.collectGarbage").then(() => {
    over = true;
  });
  while (!over) {
    await Promise.race([collected, sleep(100)]);
    if (!over) await (await fetch(wakeUrl)).text();
  }
  await sleep(100);
}
