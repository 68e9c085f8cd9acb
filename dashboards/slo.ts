import { environment } from "../telemetry/derive/series.ts";
import { slowSeconds } from "../telemetry/metrics.ts";
import { alertsFiring } from "./alerts-firing.ts";
import { budgetLimits, burnLimits, exhaustionLimits } from "./limits.ts";
import type { Dashboard } from "./panels.ts";
import { countedInRange, slowerThan } from "./queries.ts";
import { badShare, budgetLeft, burnOver, exhaustion } from "./recorded.ts";

const requests = "http.server.request.duration";
const routes = ["http.route", "http.request.method"] as const;

/** Every promise: kept or not, since when, and which routes break it. */
export const slo: Dashboard = {
  uid: "frontdesk-slo",
  title: "SLO",
  description:
    "Every promise of telemetry/slo.ts: what is left of its budget, how fast it burns, and who burns it.",
  rows: [
    {
      title: "Is it bad?",
      panels: [
        {
          kind: "table",
          title: "Every promise",
          question: "Which promise is in danger, and how soon is its budget gone?",
          noData: "No promise has counted an event for a minute yet.",
          rows: { slo: "Promise", [environment]: "Environment" },
          columns: [
            { head: "Bad, 5 min", unit: "ratio", query: badShare("5m") },
            { head: "Budget left", unit: "ratio", query: budgetLeft(), limits: budgetLimits },
            { head: "Burn, 1 h", unit: "times", query: burnOver("1h"), limits: burnLimits("1h") },
            { head: "Burn, 6 h", unit: "times", query: burnOver("6h"), limits: burnLimits("6h") },
            { head: "Burn, 1 d", unit: "times", query: burnOver("1d"), limits: burnLimits("1d") },
            { head: "Burn, 3 d", unit: "times", query: burnOver("3d"), limits: burnLimits("3d") },
            { head: "Gone in", unit: "seconds", query: exhaustion(), limits: exhaustionLimits },
          ],
          sort: { head: "Budget left", order: "ascending" },
        },
      ],
    },
    {
      title: "Where, and since when?",
      panels: [
        {
          kind: "lines",
          title: "Budget left",
          question: "When was the budget spent, at once or slowly?",
          unit: "ratio",
          noData: "No promise has counted an event for a minute yet.",
          min: "lowest",
          max: 1,
          limits: budgetLimits,
          queries: [budgetLeft()],
        },
        {
          kind: "lines",
          title: "Bad events in five minutes",
          question: "Does it go on, and for which promise?",
          unit: "ratio",
          noData: "No event in this time: an idle night has no error ratio.",
          queries: [badShare("5m")],
        },
      ],
    },
    {
      title: "How fast?",
      panels: (["1h", "6h", "3d"] as const).map((window) => ({
        kind: "lines",
        title: `Burn over ${window}`,
        question: `How many times too fast is the budget spent, where an alert looks ${window} back?`,
        unit: "times",
        noData: "No event in this time: an idle night has no error ratio.",
        limits: burnLimits(window),
        queries: [burnOver(window)],
      })),
    },
    {
      title: "Why?",
      panels: [
        {
          kind: "table",
          title: "Worst routes",
          question: "Which routes spend the budgets?",
          noData: "No request in this time.",
          rows: { http_route: "Route", http_request_method: "Method", [environment]: "Environment" },
          columns: [
            { head: "Requests", unit: "count", query: countedInRange(requests, routes) },
            {
              head: "Failed",
              unit: "count",
              query: countedInRange(requests, routes, [
                { label: "http.response.status_code", op: "matches", value: "5.." },
              ]),
            },
            {
              head: `Over ${slowSeconds} s`,
              unit: "count",
              query: slowerThan(slowSeconds, requests, routes),
            },
          ],
          sort: { head: "Failed", order: "descending" },
          spans: {
            calculate: "count",
            by: routes,
            where: [{ label: "http.response.status_code", op: "matches", value: "5.." }],
          },
          links: [
            {
              to: "traces",
              title: "Failed and slow traces of this route",
              traceql: `{ span.frontdesk.sli = true && (span.http.response.status_code >= 500 || duration > ${slowSeconds * 1_000}ms) && span.http.route = "{{http_route}}" }`,
            },
          ],
        },
        alertsFiring,
      ],
    },
  ],
};
