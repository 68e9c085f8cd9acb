import { environment } from "../telemetry/derive/series.ts";
import { type LabelName, slowSeconds } from "../telemetry/metrics.ts";
import type { Matcher } from "../telemetry/slo.ts";
import { budgetLimits, noneIsGood, promised } from "./limits.ts";
import type { Dashboard } from "./panels.ts";
import {
  chosenSeries,
  inEnvironment,
  inRange,
  named,
  perSecond,
  promql,
  quantile,
  share,
} from "./queries.ts";
import { worstBudgetLeft } from "./recorded.ts";

const requests = "http.server.request.duration";
type Label = LabelName<typeof requests>;
const byRoute = ["http.request.method", "http.route"] as const;
const failed = {
  label: "http.response.status_code",
  op: "matches",
  value: "5..",
} as const satisfies Matcher<Label>;

const refused = {
  label: "http.response.status_code",
  op: "matches",
  value: "[45]..",
} as const satisfies Matcher<Label>;
const answers = ["http.route", "http.request.method", "http.response.status_code", "error.type"] as const;

const tracesOfRoute = (title: string, which: string) =>
  ({
    to: "traces",
    title,
    traceql: `{ span.frontdesk.sli = true && ${which} && span.http.route = "{{http_route}}" }`,
  }) as const;

/** Is the API bad, where, since when, and why. */
export const overview: Dashboard = {
  uid: "frontdesk-api-overview",
  title: "Overview",
  description: "Is the API bad, where, since when and why: rate, errors and duration by route.",
  rows: [
    {
      title: "Is it bad?",
      panels: [
        {
          kind: "values",
          title: "Requests a second",
          question: "Is anybody being served?",
          unit: "requests/s",
          noData: "No request has been counted yet, or telemetry is silent.",
          queries: [perSecond(requests, [])],
        },
        {
          kind: "values",
          title: "Failed share now",
          question: "Do more requests fail than the promise allows?",
          unit: "ratio",
          noData: "No request in this time.",
          limits: promised("api-availability"),
          queries: [share(requests, [], failed)],
        },
        {
          kind: "values",
          title: "p99 now",
          question: "Do the slowest callers wait longer than promised?",
          unit: "seconds",
          noData: "No request in this time.",
          limits: promised("api-latency"),
          queries: [named(quantile("0.99", requests, []), "p99")],
        },
        {
          kind: "values",
          title: "Least budget left",
          question: "How much may still go wrong this month for the promise that is worst off?",
          unit: "ratio",
          noData: "No promise has counted an event for a minute yet.",
          min: "lowest",
          max: 1,
          limits: budgetLimits,
          queries: [worstBudgetLeft()],
          links: [{ to: "dashboard", title: "Every promise", uid: "frontdesk-slo" }],
        },
        {
          kind: "values",
          title: "Alerts firing",
          question: "Is somebody being told about it?",
          unit: "count",
          noData: "Nobody heard from this environment for the whole day.",
          limits: noneIsGood(),
          queries: [
            promql(
              [
                `count by (${environment}) (ALERTS{alertstate="firing",severity=~"page|ticket",${inEnvironment}})`,
                `or 0 * sum by (${environment}) (increase(${chosenSeries("frontdesk.heartbeat")}[1d]))`,
              ].join("\n"),
              [environment],
              "firing",
            ),
          ],
        },
      ],
    },
    {
      title: "Where, and since when?",
      panels: [
        {
          kind: "lines",
          title: "Requests by route",
          question: "Who is asking for what, and how much?",
          unit: "requests/s",
          noData: "No request has been counted yet, or telemetry is silent.",
          queries: [perSecond(requests, byRoute)],
          spans: { calculate: "count", by: byRoute },
          links: [tracesOfRoute("Traces of this route", 'span.http.route != ""')],
        },
        {
          kind: "lines",
          title: "Failed share by route",
          question: "Which route answers 5xx, and is it more than the promise allows?",
          unit: "ratio",
          noData: "No request in this time.",
          limits: promised("api-availability"),
          queries: [share(requests, byRoute, failed)],
          spans: { calculate: "count", by: byRoute, where: [failed] },
          links: [tracesOfRoute("Failed traces of this route", "span.http.response.status_code >= 500")],
        },
        {
          kind: "lines",
          title: "p99 by route",
          question: "Which route breaks the promise? Dots are single requests: follow one to its trace.",
          unit: "seconds",
          noData: "No request in this time.",
          limits: promised("api-latency"),
          exemplars: true,
          queries: [quantile("0.99", requests, byRoute)],
          spans: { calculate: "p99", by: byRoute },
          links: [tracesOfRoute("Slow traces of this route", `duration > ${slowSeconds * 1_000}ms`)],
        },
      ],
    },
    {
      title: "Why?",
      panels: [
        {
          kind: "table",
          title: "Refusals and errors",
          question: "What did callers get instead of what they asked for?",
          noData: "Every request was served.",
          filledBy: "a caller who asks for what cannot be, or a dependency that fails",
          rows: {
            [environment]: "Environment",
            http_route: "Route",
            http_request_method: "Method",
            http_response_status_code: "Status",
            error_type: "Error",
          },
          columns: [
            {
              head: "Requests",
              unit: "count",
              query: inRange(requests, answers, [refused]),
            },
          ],
          spans: { calculate: "count", by: answers, where: [refused] },
          sort: { head: "Requests", order: "descending" },
        },
        {
          kind: "traces",
          title: "Failed requests",
          question: "What happened in a request that failed?",
          noData: "No request failed.",
          filledBy: "a dependency that fails, so that requests are answered 5xx",
          traceql:
            '{ span.frontdesk.sli = true && span.http.response.status_code >= 500 && resource.deployment.environment.name =~ "$environment" }',
        },
      ],
    },
    {
      title: "Why: what was said, and are we full?",
      panels: [
        {
          kind: "logs",
          title: "Errors told",
          question: "What did the code say about it?",
          noData: "Nothing was written as an error.",
          filledBy: "a dependency that fails, so that a handler writes the exception",
          logsql: 'severity:ERROR AND "deployment.environment.name":~"$environment"',
        },
        {
          kind: "lines",
          title: "Turned away",
          question: "Are we too full to serve: limits, shed load, timeouts?",
          unit: "requests/s",
          noData: "Nobody was turned away.",
          filledBy: "a caller beyond its rate limit, or a dependency that fails",
          queries: [
            perSecond(
              requests,
              ["http.response.status_code"],
              [{ label: "http.response.status_code", op: "matches", value: "429|503|504" }],
            ),
          ],
        },
      ],
    },
  ],
};
