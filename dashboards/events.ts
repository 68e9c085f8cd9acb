import { noneIsGood, promised } from "./limits.ts";
import type { Dashboard } from "./panels.ts";
import { latest, named, perSecond, share } from "./queries.ts";

const calls = "frontdesk.dependency.duration";
const queue = { label: "cloudflare.binding.type", op: "is", value: "queue" } as const;
const consumed = { label: "cloudflare.binding.name", op: "is", value: "" } as const;
const sent = { label: "cloudflare.binding.name", op: "matches", value: ".+" } as const;
const written = "Cron has not written it: cron or telemetry is down.";

/** Does what happened reach those who must hear of it? */
export const events: Dashboard = {
  uid: "frontdesk-events",
  title: "Events",
  description: "The way of an event: outbox, queue, consumer; how old, how many, and what got stuck.",
  rows: [
    {
      title: "Is it bad?",
      panels: [
        {
          kind: "values",
          title: "Oldest open event",
          question: "Does an event wait longer than promised, be it sent or not?",
          unit: "seconds",
          noData: written,
          limits: promised("event-freshness"),
          queries: [latest("frontdesk.outbox.age", "oldest")],
          links: [{ to: "runbook", title: "Runbook", alert: "OutboxStuck" }],
        },
        {
          kind: "values",
          title: "Open events",
          question: "How much work is on its way?",
          unit: "count",
          noData: written,
          queries: [latest("frontdesk.outbox.pending", "open")],
        },
        {
          kind: "values",
          title: "Oldest message in the queue",
          question: "Does the consumer keep up?",
          unit: "seconds",
          noData: written,
          limits: promised("event-freshness"),
          queries: [latest("frontdesk.queue.age", "oldest")],
          links: [{ to: "runbook", title: "Runbook", alert: "QueueBacklogOld" }],
        },
        {
          kind: "values",
          title: "Dead letters",
          question: "How many events did the queue take three times and nobody handle?",
          unit: "count",
          noData: written,
          limits: noneIsGood("warn"),
          queries: [latest("frontdesk.outbox.resent", "resent")],
          links: [{ to: "runbook", title: "Runbook", alert: "DeadLetters" }],
        },
      ],
    },
    {
      title: "Since when?",
      panels: [
        {
          kind: "lines",
          title: "Age of what waits",
          question: "Since when do events wait, in the outbox or in the queue?",
          unit: "seconds",
          noData: written,
          limits: promised("event-freshness"),
          queries: [latest("frontdesk.outbox.age", "outbox"), latest("frontdesk.queue.age", "queue")],
        },
        {
          kind: "lines",
          title: "Number of what waits",
          question: "Does it grow?",
          unit: "count",
          noData: written,
          queries: [
            latest("frontdesk.outbox.pending", "open"),
            latest("frontdesk.queue.backlog", "in the queue"),
            latest("frontdesk.outbox.resent", "sent three times or more"),
          ],
        },
      ],
    },
    {
      title: "Where?",
      panels: [
        {
          kind: "lines",
          title: "Sent and handled",
          question: "Does what is sent come out? A batch holds one message or more.",
          unit: "messages/s",
          noData: "No event was sent in this time.",
          queries: [
            named(perSecond(calls, [], [queue, sent]), "batches sent"),
            named(perSecond(calls, [], [queue, consumed]), "messages handled"),
          ],
        },
        {
          kind: "lines",
          title: "Deliveries that fail",
          question: "Does the consumer fail more often than promised? A delivery that fails is tried again.",
          unit: "ratio",
          noData: "The queue delivered nothing in this time.",
          limits: promised("queue-processing"),
          queries: [share(calls, [], { label: "error.type", op: "is not", value: "" }, [queue, consumed])],
        },
        {
          kind: "lines",
          title: "Business events",
          question: "What happened in the house: bookings, cancellations, registrations?",
          unit: "events/s",
          noData: "Nothing happened yet.",
          queries: [perSecond("frontdesk.events", ["frontdesk.event.name", "frontdesk.outcome"])],
        },
      ],
    },
    {
      title: "Why?",
      panels: [
        {
          kind: "traces",
          title: "Events that were not handled",
          question: "Where did the way of an event end?",
          noData: "Every event was sent and handled.",
          filledBy: "a consumer or a relay that fails",
          traceql:
            '{ (name = "event.handle" || name = "outbox.relay" || kind = consumer) && status = error && resource.deployment.environment.name =~ "$environment" }',
        },
        {
          kind: "logs",
          title: "Failed work of cron",
          question: "Which of cron's tasks failed: relay, repair, measure, forget?",
          noData: "Every task was done.",
          filledBy: "a database that is away while cron runs",
          logsql:
            '"event.name":~"^cron\\\\..+\\\\.failed$" AND "deployment.environment.name":~"$environment"',
        },
      ],
    },
  ],
};
