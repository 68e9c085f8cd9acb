import type { LabelName } from "../telemetry/metrics.ts";
import type { Matcher } from "../telemetry/slo.ts";
import type { Dashboard } from "./panels.ts";
import { latest, named, perSecond, quantile, share } from "./queries.ts";

const requests = "http.server.request.duration";
const calls = "frontdesk.dependency.duration";
const binding = (type: string) =>
  ({ label: "cloudflare.binding.type", op: "is", value: type }) satisfies Matcher<LabelName<typeof calls>>;
const queue = binding("queue");
const bindingName = (op: Matcher["op"], value: string) =>
  ({ label: "cloudflare.binding.name", op, value }) satisfies Matcher<LabelName<typeof calls>>;
const byRoute = ["http.request.method", "http.route"] as const;

/** Is the API bad, where, since when, and which dependency is it. */
export const apiOverview: Dashboard = {
  uid: "frontdesk-api-overview",
  title: "API overview",
  description: "Rate, errors and duration of the API, and of what it depends on.",
  rows: [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests by route",
          question: "Who is asking for what, and how much?",
          unit: "requests/s",
          noData: "No request has been counted yet, or telemetry is silent.",
          queries: [perSecond(requests, byRoute)],
        },
        {
          title: "Share of failed requests by route",
          question: "Which route answers 5xx, and is it more than the promise allows?",
          unit: "ratio",
          noData: "No request in this time.",
          promise: "api-availability",
          queries: [
            share(requests, byRoute, { label: "http.response.status_code", op: "matches", value: "5.." }),
          ],
        },
        {
          title: "Answers by status",
          question: "What do callers get, refusals included?",
          unit: "requests/s",
          noData: "No request has been counted yet.",
          queries: [perSecond(requests, ["http.response.status_code", "error.type"])],
        },
      ],
    },
    {
      title: "Duration",
      panels: [
        {
          title: "Duration of all requests",
          question: "How long do callers wait? Dots are single requests: follow one to its trace.",
          unit: "seconds",
          noData: "No request in this time.",
          promise: "api-latency",
          exemplars: true,
          queries: [
            quantile("0.5", requests, []),
            quantile("0.95", requests, []),
            quantile("0.99", requests, []),
          ],
        },
        {
          title: "p50 by route",
          question: "What is normal for each route?",
          unit: "seconds",
          noData: "No request in this time.",
          promise: "api-latency",
          exemplars: true,
          queries: [quantile("0.5", requests, byRoute)],
        },
        {
          title: "p95 by route",
          question: "Which route is slow for one caller in twenty?",
          unit: "seconds",
          noData: "No request in this time.",
          promise: "api-latency",
          exemplars: true,
          queries: [quantile("0.95", requests, byRoute)],
        },
        {
          title: "p99 by route",
          question: "Which route breaks the promise?",
          unit: "seconds",
          noData: "No request in this time.",
          promise: "api-latency",
          exemplars: true,
          queries: [quantile("0.99", requests, byRoute)],
        },
      ],
    },
    {
      title: "Dependencies",
      panels: [
        {
          title: "D1: p95 by operation",
          question: "Is the database what makes requests slow?",
          unit: "seconds",
          noData: "No query in this time.",
          exemplars: true,
          queries: [
            quantile(
              "0.95",
              calls,
              ["db.operation.name"],
              [{ label: "cloudflare.binding.type", op: "is", value: "d1" }],
            ),
          ],
        },
        {
          title: "Durable Objects: p95 by method",
          question: "Are the room calendars what makes bookings slow?",
          unit: "seconds",
          noData: "No calendar was called in this time.",
          exemplars: true,
          queries: [
            quantile(
              "0.95",
              calls,
              ["rpc.method"],
              [{ label: "cloudflare.binding.type", op: "is", value: "durable_object" }],
            ),
          ],
        },
      ],
    },
    {
      title: "Events",
      panels: [
        {
          title: "Queue: batches sent, messages processed",
          question: "Does the queue carry what is sent? A batch holds one message or more.",
          unit: "messages/s",
          noData: "No event was sent in this time.",
          // The sender knows its binding by name; the consumer is called by the platform.
          queries: [
            named(perSecond(calls, [], [queue, bindingName("matches", ".+")]), "batches sent"),
            named(perSecond(calls, [], [queue, bindingName("is", "")]), "messages processed"),
          ],
        },
        {
          title: "Business events",
          question: "What happened in the house: bookings, cancellations, registrations?",
          unit: "events/s",
          noData: "Nothing happened yet.",
          queries: [perSecond("frontdesk.events", ["frontdesk.event.name", "frontdesk.outcome"])],
        },
        {
          title: "Age of the oldest open event",
          question: "Are events stuck on their way out or before their consumer?",
          unit: "seconds",
          noData: "Cron has not written it: cron or telemetry is down.",
          queries: [latest("frontdesk.outbox.age", "oldest")],
        },
        {
          title: "Events waiting",
          question: "How much work is on its way?",
          unit: "count",
          noData: "Cron has not written it: cron or telemetry is down.",
          queries: [
            latest("frontdesk.outbox.pending", "not yet handled"),
            latest("frontdesk.queue.backlog", "in the queue"),
          ],
        },
      ],
    },
  ],
};
