import { labelName } from "../telemetry/derive/names.ts";
import { counted, environment, environmentAttribute, own } from "../telemetry/derive/series.ts";
import type { LabelName, MetricName } from "../telemetry/metrics.ts";
import type { Matcher } from "../telemetry/slo.ts";
import type { Query } from "./panels.ts";

type Labels<M extends MetricName> = readonly LabelName<M>[];
type Where<M extends MetricName> = readonly Matcher<LabelName<M>>[];
type Quantile = "0.5" | "0.95" | "0.99";

/** The environments that the reader chose; each keeps its own lines, so that no graph adds two of them up. */
const chosen = { label: environmentAttribute, op: "matches", value: "$environment" } as const;
/** The same as a matcher of PromQL, for series that are not of the table. */
export const inEnvironment = `${environment}=~"$environment"`;

/** The product's own series of a metric without a histogram's parts, of the chosen environments. */
export const chosenSeries = (metric: MetricName): string => own(metric, "", [chosen]);

/** Every environment that was ever heard, for the variable of that name: heartbeats come without traffic too. */
export const environments = { selector: own("frontdesk.heartbeat", ""), label: environment } as const;

/** The same query under a fixed name instead of its labels. */
export const named = (query: Query, name: string): Query => ({ ...query, legend: `${legendOf([])} ${name}` });

/** PromQL by hand, for what the tables do not name; `labels` tell its lines apart, the environment among them where it has one. */
export const promql = (expr: string, labels: readonly string[], name?: string): Query => ({
  expr,
  labels,
  legend: [...labels.map((label) => `{{${label}}}`), ...(name === undefined ? [] : [name])].join(" "),
});

/** The same of what is not there every five seconds: tools that are scraped, k6. Shorter windows would hold one sample or none. */
export const scraped = (expr: string, labels: readonly string[], name?: string): Query => ({
  ...promql(expr, labels, name),
  step: "15s",
});

/** Events per second of a histogram or counter, one line per combination of labels. */
export const perSecond = <M extends MetricName>(
  metric: M,
  by: NoInfer<Labels<M>>,
  where?: NoInfer<Where<M>>,
): Query => ofLabels(rateBy(metric, by, where), by);

/** Events of the whole time that is shown; what did not happen is left out. */
export const inRange = <M extends MetricName>(
  metric: M,
  by: NoInfer<Labels<M>>,
  where?: NoInfer<Where<M>>,
): Query =>
  ofLabels(
    `sum by (${grouped(by)}) (increase(${counted(metric, [chosen, ...(where ?? [])])}[$__range])) > 0`,
    by,
  );

/** The same, zero where none of the events fits. */
export function countedInRange<M extends MetricName>(
  metric: M,
  by: NoInfer<Labels<M>>,
  where: NoInfer<Where<M>> = [],
): Query {
  const sum = (matchers: Where<M>) =>
    `sum by (${grouped(by)}) (increase(${counted(metric, [chosen, ...matchers])}[$__range]))`;
  return ofLabels(where.length === 0 ? sum([]) : `(${sum(where)} or 0 * ${sum([])})`, by);
}

/** Events of the whole time that is shown which took longer than an edge of the histogram. */
export function slowerThan<M extends MetricName>(
  seconds: number,
  metric: M,
  by: NoInfer<Labels<M>>,
  where: NoInfer<Where<M>> = [],
): Query {
  const le = { label: "le", op: "is", value: String(seconds) } as const;
  const sum = (selector: string) => `sum by (${grouped(by)}) (increase(${selector}[$__range]))`;
  const all = sum(counted(metric, [chosen, ...where]));
  return ofLabels(`${all} - ${sum(own(metric, "_bucket", [chosen, ...where, le]))}`, by);
}

/** Share of events that fit `bad`, zero where none does, nothing where there is no event. */
export function share<M extends MetricName>(
  metric: M,
  by: NoInfer<Labels<M>>,
  bad: NoInfer<Matcher<LabelName<M>>>,
  where: NoInfer<Where<M>> = [],
): Query {
  const total = rateBy(metric, by, where);
  return ofLabels(`(${rateBy(metric, by, [...where, bad])} or 0 * ${total}) / (${total} > 0)`, by);
}

/** A quantile of a histogram; without labels one line of the name given. */
export function quantile<M extends MetricName>(
  q: Quantile,
  metric: M,
  by: NoInfer<Labels<M>>,
  where: NoInfer<Where<M>> = [],
): Query {
  const buckets = own(metric, "_bucket", [chosen, ...where]);
  const query = ofLabels(
    `histogram_quantile(${q}, sum by (le, ${grouped(by)}) (rate(${buckets}[$__rate_interval])))`,
    by,
  );
  return by.length === 0 ? named(query, `p${q.slice(2).padEnd(2, "0")}`) : query;
}

/** The last value of a gauge. */
export const latest = <M extends MetricName>(metric: M, name: string): Query =>
  named(ofLabels(`max by (${environment}) (${own(metric, "", [chosen])})`, []), name);

const rateBy = <M extends MetricName>(metric: M, by: Labels<M>, where: Where<M> = []): string =>
  `sum by (${grouped(by)}) (rate(${counted(metric, [chosen, ...where])}[$__rate_interval]))`;

const grouped = (by: readonly string[]) => [environment, ...by.map(labelName)].join(", ");
const ofLabels = (expr: string, by: readonly string[]): Query => ({
  expr,
  legend: legendOf(by),
  labels: [environment, ...by.map(labelName)],
});
const legendOf = (by: readonly string[]) =>
  [environment, ...by].map((label) => `{{${labelName(label)}}}`).join(" ");
