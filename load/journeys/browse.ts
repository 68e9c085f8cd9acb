import { call } from "../lib/client.ts";
import { slot } from "../lib/slots.ts";

export const browseRoute = "GET /v1/rooms/{room_id}/availability";

/** A guest looks at the room of slot n, on that day. */
export function browse(tenant: string, token: string, rooms: readonly string[], n: number): void {
  const { room_id, from } = slot(n, rooms);
  const day = from.slice(0, 10);
  call({
    method: "GET",
    route: "/v1/rooms/{room_id}/availability",
    path: { room_id },
    query: `from=${day}T00:00:00Z&to=${day}T23:59:59Z`,
    tenant,
    token,
    expect: 200,
  });
}
