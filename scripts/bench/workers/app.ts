import { DurableObject } from "cloudflare:workers";
import { Hono, type MiddlewareHandler } from "hono";

export type BenchEnv = {
  readonly DB: D1Database;
  readonly COUNTER: DurableObjectNamespace<Counter>;
  /** The same class in an isolate of its own, as the platform mostly places it. */
  readonly FAR_COUNTER: DurableObjectNamespace<Counter>;
  /** A server on the loopback that answers `ok`. */
  readonly ORIGIN: string;
  /** OTLP/HTTP receiver, or a Sentry DSN for the variant that wants one. */
  readonly COLLECTOR: string;
};
export type BenchApp = Hono<{ Bindings: BenchEnv }>;

/** What every variant serves: the same routes over the same handlers, with or without a middleware in front. */
export function benchApp(...middleware: MiddlewareHandler[]): BenchApp {
  const app: BenchApp = new Hono();
  for (const each of middleware) app.use(each);
  app.get("/plain", (c) => c.json({ ok: true }));
  app.get("/d1", async (c) => {
    const room = await c.env.DB.prepare("SELECT id, name FROM rooms WHERE id = ?").bind("room_7").first();
    return c.json(room);
  });
  app.get("/object", async (c) => c.json(await callOut(c.env, c.env.COUNTER)));
  app.get("/far-object", async (c) => c.json(await callOut(c.env, c.env.FAR_COUNTER)));
  return app;
}

async function callOut({ ORIGIN }: BenchEnv, counters: DurableObjectNamespace<Counter>) {
  const count = await counters.getByName("one").increment(1);
  const answer = await fetch(ORIGIN);
  return { count, answer: await answer.text() };
}

/** Counts in memory, so that the call and not the storage is measured. */
export class Counter extends DurableObject<BenchEnv> {
  #count = 0;

  async increment(by: number): Promise<number> {
    this.#count += by;
    return this.#count;
  }
}
