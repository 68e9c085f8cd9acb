import type { Env } from "../../../src/platform/env.ts";
import product from "../../../src/worker.ts";
import { faultyD1, type Trouble } from "./faulty-d1.ts";

export { RoomCalendar } from "../../../src/worker.ts";

/** Shares of requests, 0 to 1, that are in trouble. Set by `POST /drill`, kept by the isolate. */
type Shares = Readonly<Record<Trouble, number>>;
let shares: Shares = { down: 0, slow: 0 };
/** By method and path, so that no route meets its first trouble sooner than its share says: a rare one would page early. */
let asked = new Map<string, number>();

/** The product as it is, with a database that is in trouble for a share of the requests to each route, evenly spread. */
export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/drill") {
      shares = await request.json<Shares>();
      asked = new Map();
      return new Response(null, { status: 204 });
    }
    return (product.fetch as NonNullable<typeof product.fetch>)(request, envFor(request, env), ctx);
  },
  queue: (batch, env, ctx) => product.queue?.(batch, env, ctx),
  scheduled: (controller, env, ctx) => product.scheduled?.(controller, env, ctx),
} satisfies ExportedHandler<Env, unknown>;

function envFor(request: Request, env: Env): Env {
  const { pathname } = new URL(request.url);
  // The supervisor asks this, which reads nothing.
  if (pathname === "/v1/health") return env;
  const route = `${request.method} ${pathname}`;
  const count = (asked.get(route) ?? 0) + 1;
  asked.set(route, count);
  const isNext = (share: number) => Math.floor(count * share) > Math.floor((count - 1) * share);
  if (isNext(shares.down)) return variantOf(env, "down");
  return isNext(shares.slow) ? variantOf(env, "slow") : env;
}

// One for each kind of trouble: the product keeps what it builds by the identity of its environment.
const variants = new Map<Trouble, Env>();

function variantOf(env: Env, trouble: Trouble): Env {
  const variant = variants.get(trouble) ?? { ...env, DB: faultyD1(env.DB, trouble) };
  variants.set(trouble, variant);
  return variant;
}
