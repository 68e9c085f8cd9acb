import { call } from "../lib/client.ts";

export const listRoute = "GET /v1/bookings";

/** Staff look at the newest bookings. */
export function list(tenant: string, token: string): void {
  call({ method: "GET", route: "/v1/bookings", query: "limit=20", tenant, token, expect: 200 });
}
