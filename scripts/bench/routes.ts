/**
 * What is asked of every variant. A visit makes about two exports however long it is, so it has as many requests
 * as two exports carry at 250 requests a second; few enough for many rounds.
 */
export const routes = [
  { id: "plain", title: "plain route", requests: 600 },
  { id: "d1", title: "one D1 select (raw `first()`)", requests: 500 },
  { id: "object", title: "Durable Object RPC + fetch", requests: 500 },
  { id: "far-object", title: "the same, object in its own isolate", requests: 500 },
] as const;

export type Route = (typeof routes)[number];
export type RouteId = Route["id"];
