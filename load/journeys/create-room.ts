import { call } from "../lib/client.ts";

export const createRoomRoute = "POST /v1/rooms";

/** The owner adds a room; gives its id. */
export function createRoom(tenant: string, token: string, name: string): string {
  const body = { name, capacity: 8 };
  return String(call({ method: "POST", route: "/v1/rooms", tenant, token, body, expect: 201 }).body.id);
}
