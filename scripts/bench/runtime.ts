import { convertV4MiniflareOptions, type LegacyWorkerOptions, Miniflare } from "miniflare";
import { BrokenBench } from "./broken.ts";
import { compatibility } from "./build.ts";
import { childrenNamed } from "./children.ts";

/** One workerd that serves one variant. */
export type Runtime = {
  readonly pid: number;
  /** Base URL of the Worker, straight to its socket: no proxy and no router in front. */
  readonly url: string;
  /** Address of the inspector; empty unless asked for. */
  readonly inspector: string;
  readonly stop: () => Promise<void>;
};

export type RuntimeOptions = {
  /** Base URL for everything that the Worker exports. */
  readonly collector: string;
  readonly origin: string;
  /** Open the inspector. It costs, so never while CPU time is measured. */
  readonly inspect?: boolean;
};

/**
 * Starts workerd with a D1 database of 50 rooms and a Durable Object, once in the Worker's isolate and once in another.
 * Export of the other isolate goes to `{collector}-object`.
 */
export async function startRuntime(
  code: string,
  { collector, origin, inspect = false }: RuntimeOptions,
): Promise<Runtime> {
  const before = childrenNamed("workerd");
  const bindings = (COLLECTOR: string) => ({ COLLECTOR, ORIGIN: origin });
  const base = {
    modules: true,
    script: code,
    compatibilityDate: compatibility.date,
    compatibilityFlags: [...compatibility.flags],
  };
  const front: LegacyWorkerOptions = {
    ...base,
    name: "front",
    bindings: bindings(collector),
    d1Databases: { DB: "bench" },
    durableObjects: { COUNTER: "Counter", FAR_COUNTER: { className: "Counter", scriptName: "objects" } },
    unsafeEphemeralDurableObjects: true,
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  };
  const objects: LegacyWorkerOptions = {
    ...base,
    name: "objects",
    bindings: bindings(`${collector}-object`),
    durableObjects: { COUNTER: "Counter" },
    unsafeEphemeralDurableObjects: true,
  };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [front, objects],
      ...(inspect && { inspectorPort: 0 }),
      handleStructuredLogs: () => {},
    }),
  );
  try {
    await fillRooms(await miniflare.getD1Database("DB", "front"));
    const [pid] = childrenNamed("workerd").filter((child) => !before.includes(child));
    if (pid === undefined) throw new BrokenBench("workerd has no process of its own that can be measured.");
    const socket = await miniflare.unsafeGetDirectURL("front");
    return {
      pid,
      url: socket.origin,
      inspector: inspect ? (await miniflare.getInspectorURL()).host : "",
      stop: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

async function fillRooms(db: D1Like): Promise<void> {
  await db.prepare("CREATE TABLE rooms (id TEXT PRIMARY KEY, name TEXT NOT NULL)").run();
  const insert = db.prepare("INSERT INTO rooms (id, name) VALUES (?, ?)");
  await db.batch(Array.from({ length: 50 }, (_, index) => insert.bind(`room_${index}`, `Room ${index}`)));
}
type D1Like = Awaited<ReturnType<Miniflare["getD1Database"]>>;
