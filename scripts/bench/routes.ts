/** What is asked of every variant. Requests of one visit: enough for a steady figure, few enough for many rounds. */
export const routes = [
  { id: "plain", title: "plain route", requests: 600 },
  { id: "d1", title: "one D1 select (raw `first()`)", requests: 150 },
  { id: "object", title: "Durable Object RPC + fetch", requests: 150 },
  { id: "far-object", title: "the same, object in its own isolate", requests: 150 },
] as const;

export type Route = (typeof routes)[number];
export type RouteId = Route["id"];
