import type { SloId } from "../telemetry/slo.ts";
import { promised } from "./limits.ts";
import type { Dashboard } from "./panels.ts";
import { named, perSecond, quantile, scraped, share } from "./queries.ts";

const requests = "http.server.request.duration";
const failed = { label: "http.response.status_code", op: "matches", value: "5.." } as const;

/**
 * Names that k6 2.2 gives its metrics with `--out opentelemetry`, prefix `k6_`, as Prometheus takes them.
 * k6 does not say which environment it asks: its lines stand beside those of every environment that is chosen.
 * @source https://grafana.com/docs/k6/latest/results-output/real-time/opentelemetry/
 */
const of = (metric: string, where = "") => `${metric}{service_name="k6"${where}}`;
const rate = (metric: string, where = "") => `sum(rate(${of(metric, where)}[$__rate_interval]))`;
/** k6 calls a share a rate: a counter of what was nonzero and what was zero. */
const shareOf = (condition: "zero" | "nonzero", metric: string) =>
  `(${rate(metric, `,condition="${condition}"`)} or 0 * ${rate(metric)}) / (${rate(metric)} > 0)`;
/** Requests that a promise counts as bad, as load/lib/promises.ts judged them at the caller. */
const broken = (id: SloId) => shareOf("zero", `k6_slo_${id.replaceAll("-", "_")}_total`);
const quantileOfK6 = (q: string, by: readonly string[] = []) =>
  `histogram_quantile(${q}, sum by (${["le", ...by].join(", ")}) (rate(${of("k6_http_req_duration_milliseconds_bucket")}[$__rate_interval]))) / 1000`;
const noRun = "k6 did not run in this time, or did not send its results.";

/** What k6 saw beside what the server counted. */
export const loadTest: Dashboard = {
  uid: "frontdesk-load-test",
  title: "Load test",
  description: "k6 as a caller saw it, beside what the server counted: where they differ, somebody is blind.",
  rows: [
    {
      title: "Is it bad?",
      panels: [
        {
          kind: "values",
          title: "Virtual users",
          question: "Does a load test run?",
          unit: "count",
          noData: noRun,
          queries: [scraped(`max(${of("k6_vus")})`, [], "users")],
        },
        {
          kind: "values",
          title: "Failed for callers",
          question: "Do callers see more failures than promised?",
          unit: "ratio",
          noData: noRun,
          limits: promised("api-availability"),
          queries: [scraped(broken("api-availability"), [], "failed")],
        },
        {
          kind: "values",
          title: "p99 for callers",
          question: "Do callers wait longer than promised?",
          unit: "seconds",
          noData: noRun,
          limits: promised("api-latency"),
          queries: [scraped(quantileOfK6("0.99"), [], "p99")],
        },
        {
          kind: "values",
          title: "Visits not begun a second",
          question: "Did k6 run out of users, so that it asked less than it should have?",
          unit: "events/s",
          noData: "Every visit began.",
          filledBy: "a system too slow for the users that k6 has",
          queries: [scraped(rate("k6_dropped_iterations_total"), [], "dropped")],
        },
      ],
    },
    {
      title: "Where?",
      panels: [
        {
          kind: "lines",
          title: "Requests: sent and counted",
          question: "Does the server count what k6 sends? Others may call beside k6.",
          unit: "requests/s",
          noData: noRun,
          queries: [scraped(rate("k6_http_reqs_total"), [], "k6"), named(perSecond(requests, []), "server")],
        },
        {
          kind: "lines",
          title: "p99: felt and counted",
          question: "How much of what callers wait for is ours?",
          unit: "seconds",
          noData: noRun,
          limits: promised("api-latency"),
          exemplars: true,
          queries: [scraped(quantileOfK6("0.99"), [], "k6"), named(quantile("0.99", requests, []), "server")],
        },
        {
          kind: "lines",
          title: "Failures: felt and counted",
          question: "Is there a failure that the server does not see?",
          unit: "ratio",
          noData: noRun,
          limits: promised("api-availability"),
          queries: [
            scraped(broken("api-availability"), [], "k6"),
            named(share(requests, [], failed), "server"),
          ],
        },
      ],
    },
    {
      title: "Since when, and why?",
      panels: [
        {
          kind: "lines",
          title: "p95 by request",
          question: "Which request became slow as the load grew?",
          unit: "seconds",
          noData: noRun,
          limits: promised("api-latency"),
          queries: [scraped(quantileOfK6("0.95", ["name"]), ["name"])],
        },
        {
          kind: "lines",
          title: "Users and visits",
          question: "How much load was there?",
          unit: "count",
          noData: noRun,
          queries: [
            scraped(`max(${of("k6_vus")})`, [], "users"),
            scraped(rate("k6_iterations_total"), [], "visits per second"),
          ],
        },
        {
          kind: "lines",
          title: "Checks kept",
          question: "Were the answers right, not only quick?",
          unit: "ratio",
          noData: noRun,
          max: 1,
          queries: [scraped(shareOf("nonzero", "k6_checks_total"), [], "kept")],
        },
      ],
    },
  ],
};
