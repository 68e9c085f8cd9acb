import { environment } from "../telemetry/derive/series.ts";
import type { LabelName } from "../telemetry/metrics.ts";
import type { Matcher } from "../telemetry/slo.ts";
import { promised } from "./limits.ts";
import type { Dashboard } from "./panels.ts";
import { inRange, named, perSecond, quantile, share } from "./queries.ts";

const calls = "frontdesk.dependency.duration";
type Where = Matcher<LabelName<typeof calls>>;
const binding = (op: Matcher["op"], value: string) =>
  ({ label: "cloudflare.binding.type", op, value }) satisfies Where;
// A broken constraint is an answer of the database.
const failed = { label: "error.type", op: "matches not", value: "|constraint" } as const satisfies Where;
const known = [binding("is not", "")];
const consumed = { label: "cloudflare.binding.name", op: "is", value: "" } as const satisfies Where;

/** Which of the things we stand on is slow or fails? */
export const dependencies: Dashboard = {
  uid: "frontdesk-dependencies",
  title: "Dependencies",
  description: "D1, Durable Objects, Queue, R2, KV and each outbound host: calls, failures, duration.",
  rows: [
    {
      title: "Is it bad, and where?",
      panels: [
        {
          kind: "bars",
          title: "Failed share by dependency",
          question: "Which of the things we stand on fails?",
          unit: "ratio",
          noData: "Nothing was called in this time.",
          max: 1,
          queries: [share(calls, ["cloudflare.binding.type"], failed, known)],
        },
        {
          kind: "bars",
          title: "p95 by dependency",
          question: "Which of them is slow?",
          unit: "seconds",
          noData: "Nothing was called in this time.",
          queries: [quantile("0.95", calls, ["cloudflare.binding.type"], known)],
        },
        {
          kind: "values",
          title: "Deliveries that fail",
          question: "Does the consumer of the queue fail more often than promised?",
          unit: "ratio",
          noData: "The queue delivered nothing in this time.",
          limits: promised("queue-processing"),
          queries: [
            share(calls, [], { label: "error.type", op: "is not", value: "" }, [
              binding("is", "queue"),
              consumed,
            ]),
          ],
        },
      ],
    },
    {
      title: "Since when?",
      panels: [
        {
          kind: "lines",
          title: "Calls by dependency",
          question: "Did we begin to call something more often?",
          unit: "calls/s",
          noData: "Nothing was called in this time.",
          queries: [perSecond(calls, ["cloudflare.binding.type"], known)],
        },
        {
          kind: "lines",
          title: "Failed calls by error",
          question: "How do they fail?",
          unit: "calls/s",
          noData: "No call failed.",
          filledBy: "a dependency that fails",
          queries: [perSecond(calls, ["cloudflare.binding.type", "error.type"], [failed])],
          links: [
            { to: "runbook", title: "D1 fails", alert: "DatabaseErrors" },
            { to: "runbook", title: "Durable Objects fail", alert: "DurableObjectErrors" },
            {
              to: "traces",
              title: "Traces of failed calls",
              traceql: '{ span.cloudflare.binding.type = "{{cloudflare_binding_type}}" && status = error }',
            },
          ],
        },
      ],
    },
    {
      title: "Which call?",
      panels: [
        {
          kind: "lines",
          title: "D1: p95 by operation",
          question: "Is the database what makes requests slow?",
          unit: "seconds",
          noData: "No query in this time.",
          exemplars: true,
          queries: [quantile("0.95", calls, ["db.operation.name"], [binding("is", "d1")])],
          links: [{ to: "runbook", title: "Runbook", alert: "DatabaseSlow" }],
        },
        {
          kind: "lines",
          title: "Durable Objects: p95 by method",
          question: "Are the room calendars what makes bookings slow?",
          unit: "seconds",
          noData: "No calendar was called in this time.",
          exemplars: true,
          queries: [quantile("0.95", calls, ["rpc.method"], [binding("is", "durable_object")])],
        },
        {
          kind: "lines",
          title: "Queue: batches sent, messages handled",
          question: "Does the queue carry what is sent? A batch holds one message or more.",
          unit: "messages/s",
          noData: "No event was sent in this time.",
          // The sender knows its binding by name; the consumer is called by the platform.
          queries: [
            named(
              perSecond(
                calls,
                [],
                [binding("is", "queue"), { label: "cloudflare.binding.name", op: "matches", value: ".+" }],
              ),
              "batches sent",
            ),
            named(perSecond(calls, [], [binding("is", "queue"), consumed]), "messages handled"),
          ],
        },
        {
          kind: "lines",
          title: "KV and R2: p95 by operation",
          question: "Are key-value store and object store quick?",
          unit: "seconds",
          noData: "Neither was called in this time; deep health calls both.",
          exemplars: true,
          queries: [
            quantile(
              "0.95",
              calls,
              ["cloudflare.binding.type", "db.operation.name"],
              [binding("matches", "kv|r2")],
            ),
          ],
        },
      ],
    },
    {
      title: "Why?",
      panels: [
        {
          kind: "table",
          title: "Outbound hosts",
          question: "Which other hosts do we call, and which of them fail?",
          noData: "No other host was called.",
          filledBy: "a feature that calls another host: none does so far",
          rows: { server_address: "Host", error_type: "Error", [environment]: "Environment" },
          columns: [
            {
              head: "Calls",
              unit: "count",
              query: inRange(calls, ["server.address", "error.type"], [binding("is", "fetch")]),
            },
          ],
          sort: { head: "Calls", order: "descending" },
        },
        {
          kind: "traces",
          title: "Failed calls",
          question: "In which request did a call fail, and what came of it?",
          noData: "No call failed.",
          filledBy: "a dependency that fails",
          traceql:
            '{ kind = client && status = error && resource.deployment.environment.name =~ "$environment" }',
        },
      ],
    },
  ],
};
