import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorBudget } from "../telemetry/derive/decimal.ts";
import { opposite, quote } from "../telemetry/derive/promql.ts";
import { environment, environmentAttribute } from "../telemetry/derive/series.ts";
import { type Duration, seconds } from "../telemetry/derive/windows.ts";
import type { Matcher, Slo } from "../telemetry/slo.ts";
import { recorded, slowInterval } from "./recording-rules.ts";
import type { AlertRule } from "./rule.ts";

/** Where the environment of a recorded series stands in a template, as an argument of `printf`. */
const ofEnvironment = (series: string, id: string): string =>
  recorded(series, id).replace("}", `,${environment}=%q}`);

/** The share of bad events of a window as a template of Prometheus; clients that have given up leave none. */
export const ratioNow = (id: string, window: Duration): string =>
  `{{ with printf \`${ofEnvironment(`slo:error_ratio:${window}`, id)}\` $labels.${environment} | query }}{{ . | first | value | humanizePercentage }}{{ else }}there are none{{ end }}`;

/** What a promise counts. */
export const eventsOf = ({ indicator }: Slo): string =>
  indicator.good.kind === "at most" ? "minutes" : "valid events";

/** Rates of five minutes are summed, once an interval: what happens now is in the sums only when both are over. */
const budgetLateMinutes = (seconds("5m") + seconds(slowInterval)) / 60;

/**
 * What is left of a promise's budget and how late it is counted, as a template of Prometheus: one look at one recorded series, and only while the alert is active.
 * Below zero: more was spent than was there. At least −999 %, for below it would be told as −1.2e+04 %.
 */
export function budgetLeft(id: string, slo: Slo): string {
  const left = `clamp_min(1 - ${ofEnvironment("slo:error_ratio:30d", id)} / ${errorBudget(slo.objective)}, -9.99)`;
  return `{{ with printf \`${left}\` $labels.${environment} | query }}{{ . | first | value | humanizePercentage }} of ${slo.window}, counted up to ${budgetLateMinutes} minutes late{{ else }}unknown{{ end }}`;
}

/**
 * TraceQL that finds the bad events of a promise, with the environment as a template of Prometheus.
 *
 * @returns nothing for a promise whose events are no requests
 * @source https://grafana.com/docs/tempo/latest/traceql/
 */
export function badTraces({ indicator }: Slo): string | undefined {
  if (indicator.metric !== "http.server.request.duration") return undefined;
  const { good, valid } = indicator;
  const bad =
    good.kind === "within" ? `duration > ${good.seconds * 1_000}ms` : condition(opposite(good.matcher));
  return `{ span.frontdesk.sli = true && ${[...valid.map(condition), bad, here].join(" && ")} }`;
}

/** The environment of an alert as a condition of TraceQL. */
const here = `resource.${environmentAttribute} = "{{ $labels.${environment} }}"`;

/** The trace queries of a runbook page for the environment of the alert; nothing where the page has none. */
export function pageTraces(runbook: AlertRule["annotations"]["runbook"]): string | undefined {
  const page = fileURLToPath(new URL(`../${runbook}`, import.meta.url));
  const text = existsSync(page) ? readFileSync(page, "utf8") : "";
  const queries = [...text.matchAll(/^```traceql\n\{ (.+) \}\n```$/gm)].map(([, query]) => query);
  return queries.length === 0 ? undefined : queries.map((query) => `{ ${query} && ${here} }`).join(" || ");
}

const operators = { is: "=", "is not": "!=", matches: "=~", "matches not": "!~" } as const;

/** A label is text in Prometheus; a status code is a number in a span, where regular expressions do not fit. */
function condition({ label, op, value }: Matcher): string {
  if (label !== "http.response.status_code") return `span.${label} ${operators[op]} ${quote(value)}`;
  const [, hundreds] = /^([1-5])\.\.$/.exec(value) ?? [];
  if (hundreds === undefined || !op.startsWith("matches"))
    throw new RangeError(`say how ${label} ${op} ${value} is asked in TraceQL`);
  const [from, to] = [Number(hundreds) * 100, Number(hundreds) * 100 + 100];
  const status = `span.${label}`;
  return op === "matches"
    ? `${status} >= ${from} && ${status} < ${to}`
    : `(${status} < ${from} || ${status} >= ${to})`;
}
