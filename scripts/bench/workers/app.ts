import { DurableObject } from "cloudflare:workers";
import { Hono, type MiddlewareHandler } from "hono";

export type BenchEnv = {
  readonly DB: D1Database;
  readonly COUNTER: DurableObjectNamespace<Counter>;
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
  app.get("/object", async (c) => {
    const count = await c.env.COUNTER.getByName("one").increment(1);
    const answer = await fetch(c.env.ORIGIN);
    return c.json({ count, answer: await answer.text() });
  });
  return app;
}

/** Counts in memory, so that the call and not the storage is measured. */
export class Counter extends DurableObject<BenchEnv> {
  #count = 0;

  async increment(by: number): Promise<number> {
    this.#count += by;
    return this.#count;
  }
}
