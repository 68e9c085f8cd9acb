import { call } from "../lib/client.ts";

export const cancelRoute = "POST /v1/bookings/{booking_id}/cancel";

/** A guest gives the slot back. */
export function cancel(tenant: string, token: string, bookingId: string): void {
  const route = "/v1/bookings/{booking_id}/cancel";
  call({ method: "POST", route, path: { booking_id: bookingId }, tenant, token, expect: 200 });
}
