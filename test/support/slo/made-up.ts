import { availability, latency, type Promises, type Slo, timeSlices } from "../../../telemetry/slo.ts";

const entry = (name: string, indicator: Slo["indicator"]): Slo => ({
  title: name,
  objective: "99.5%",
  window: "30d",
  indicator,
  severity: "page",
  owner: "nobody",
  rationale: "It shows what one entry brings.",
  userImpact: "None.",
  badEventsMin: 4,
  runbook: `alerts/runbooks/${name}.md`,
  dashboard: "frontdesk-api-overview",
});

/** One of each kind, over metrics and labels that no real promise reads like this. */
export const madeUp = {
  "made-up-label": entry(
    "MadeUpLabel",
    availability("frontdesk.events", {
      valid: [{ label: "frontdesk.event.name", op: "matches", value: "booking.created" }],
      good: { label: "frontdesk.outcome", op: "is not", value: "conflict" },
    }),
  ),
  "made-up-edge": entry(
    "MadeUpEdge",
    latency("http.server.request.duration", {
      valid: [{ label: "http.request.method", op: "is", value: "GET" }],
      withinSeconds: 0.25,
    }),
  ),
  "made-up-minutes": entry(
    "MadeUpMinutes",
    timeSlices("frontdesk.queue.backlog", {
      valid: [{ label: "messaging.destination.name", op: "is", value: "made-up" }],
      atMost: 100,
    }),
  ),
} as const satisfies Promises;
