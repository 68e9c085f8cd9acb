import { call } from "../lib/client.ts";
import { hex } from "../lib/seeded.ts";
import { settings } from "../lib/settings.ts";

export const bookRoute = "POST /v1/bookings";

const hourMs = 3_600_000;
// Far enough ahead that no clock calls it past; whole days, so that slots of one day are the same in every run of it.
const firstDayMs = (Math.floor(Date.now() / (24 * hourMs)) + 30) * 24 * hourMs;

/** Slot number n of all slots over these rooms: no two numbers overlap. */
export function slot(n: number, rooms: readonly string[]): { room_id: string; from: string; to: string } {
  const from = firstDayMs + Math.floor(n / rooms.length) * hourMs;
  const room = rooms[n % rooms.length];
  if (!room) throw new Error("a run needs a room");
  return { room_id: room, from: new Date(from).toISOString(), to: new Date(from + hourMs).toISOString() };
}

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
