// What one request of a route may ask of others, at most. Pure; held against the spans of every load run that finds Tempo.

/** Calls of one request: round trips to D1 (a batch is one), calls of Durable Objects, requests to other hosts. */
export type Calls = { readonly d1: number; readonly durable_object: number; readonly outbound: number };

/**
 * What the code asks for, and nothing to spare. In each is the tenant, which is remembered for five seconds: most requests ask once less.
 * A booking asks D1 eight times: tenant, session, key, room, commit, and three times for its event, which it sends on after the answer.
 */
export const budgets: Readonly<Record<string, Calls>> = {
  "POST /v1/auth/login": { d1: 3, durable_object: 0, outbound: 0 },
  "GET /v1/bookings": { d1: 3, durable_object: 0, outbound: 0 },
  "POST /v1/bookings": { d1: 8, durable_object: 2, outbound: 0 },
  "POST /v1/bookings/{booking_id}/cancel": { d1: 7, durable_object: 2, outbound: 0 },
  "DELETE /v1/tenant": { d1: 3, durable_object: 0, outbound: 0 },
  "GET /v1/rooms/{room_id}/availability": { d1: 3, durable_object: 1, outbound: 0 },
};
