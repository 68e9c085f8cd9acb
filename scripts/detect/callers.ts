import type { DemoTenant } from "../seed.ts";
import type { Route } from "./past.ts";
import type { Request } from "./steady-load.ts";

/**
 * What callers ask, in turn; each reads D1. Eleven, so that a fault of every second, tenth or fiftieth request goes
 * through all of them.
 */
const turns = [...Array(5).fill("GET /v1/rooms"), ...Array(5).fill("GET /v1/bookings"), "POST /v1/bookings"];

/** The routes of the load and their shares of it, as a past holds them. */
export const routes: readonly Route[] = [...new Set<string>(turns)].map((route) => ({
  route,
  share: turns.filter((turn) => turn === route).length / turns.length,
  status: route.startsWith("POST") ? "201" : "200",
}));

/** The requests of one round. The booking is the same each time: its idempotency key makes it one. */
export function requestsOf({ slug, token, roomId }: DemoTenant, now = Date.now()): Request[] {
  const headers = { "x-tenant": slug, authorization: `Bearer ${token}` };
  const quarterMs = 15 * 60_000;
  const from = Math.ceil(now / quarterMs) * quarterMs + 48 * 3_600_000;
  const [start, end] = [from, from + quarterMs].map((at) => new Date(at).toISOString());
  const customer = { name: "Ada Lovelace", email: "ada@example.com" };
  const booking = {
    headers: { ...headers, "content-type": "application/json", "idempotency-key": '"drill"' },
    body: JSON.stringify({ room_id: roomId, from: start, to: end, customer }),
  };
  return turns.map((turn: string) => {
    const [method = "", path = ""] = turn.split(" ");
    return { method, path, ...(method === "POST" ? booking : { headers }) };
  });
}
