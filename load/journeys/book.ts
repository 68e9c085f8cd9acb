import { call } from "../lib/client.ts";
import { hex } from "../lib/seeded.ts";
import { settings } from "../lib/settings.ts";
import { slot } from "../lib/slots.ts";

export const bookRoute = "POST /v1/bookings";

/** A guest books slot n. The key is that of the slot, so a retry would meet its own booking. */
export function book(
  tenant: string,
  token: string,
  rooms: readonly string[],
  n: number,
): { id: string; traceId: string } {
  const customer = { name: `Guest ${n}`, email: `guest-${n}@${tenant}.example` };
  const answer = call({
    method: "POST",
    route: "/v1/bookings",
    tenant,
    token,
    idempotencyKey: hex(`booking ${settings.runId} ${n}`, 32),
    body: { ...slot(n, rooms), customer },
    expect: 201,
  });
  return { id: String(answer.body.id), traceId: answer.traceId };
}
