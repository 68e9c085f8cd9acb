import { labelName, prometheusName } from "../telemetry/derive/names.ts";
import { environment, environmentAttribute, own } from "../telemetry/derive/series.ts";
import type { LabelName, MetricName } from "../telemetry/metrics.ts";
import type { Matcher } from "../telemetry/slo.ts";
import type { Query } from "./panels.ts";

type Labels<M extends MetricName> = readonly LabelName<M>[];
type Where<M extends MetricName> = readonly Matcher<LabelName<M>>[];

/** The environments that the reader chose; each keeps its own lines, so that no graph adds two of them up. */
const chosen = { label: environmentAttribute, op: "matches", value: "$environment" } as const;

/** Every environment that was ever heard, for the variable of that name: heartbeats come without traffic too. */
export const environments = { selector: own("frontdesk.heartbeat", ""), label: environment } as const;

/** The same query under a fixed name instead of its labels. */
export const named = ({ expr }: Query, name: string): Query => ({ expr, legend: `${legendOf([])} ${name}` });

/** Events per second of a histogram or counter, one line per combination of labels. */
export function perSecond<M extends MetricName>(
  metric: M,
  by: NoInfer<Labels<M>>,
  where?: NoInfer<Where<M>>,
): Query {
  return { expr: rateBy(metric, by, where), legend: legendOf(by) };
}

/** Share of events that fit `bad`, zero where none does, nothing where there is no event. */
export function share<M extends MetricName>(
  metric: M,
  by: NoInfer<Labels<M>>,
  bad: NoInfer<Matcher<LabelName<M>>>,
): Query {
  const total = rateBy(metric, by);
  return { expr: `(${rateBy(metric, by, [bad])} or 0 * ${total}) / (${total} > 0)`, legend: legendOf(by) };
}

/** A quantile of a histogram; without labels one line of the name given. */
export function quantile<M extends MetricName>(
  q: "0.5" | "0.95" | "0.99",
  metric: M,
  by: NoInfer<Labels<M>>,
  where: NoInfer<Where<M>> = [],
): Query {
  const buckets = own(metric, "_bucket", [chosen, ...where]);
  const labels = ["le", environment, ...by.map(labelName)].join(", ");
  const name = `p${q.slice(2).padEnd(2, "0")}`;
  return {
    expr: `histogram_quantile(${q}, sum by (${labels}) (rate(${buckets}[$__rate_interval])))`,
    legend: by.length === 0 ? `${legendOf(by)} ${name}` : legendOf(by),
  };
}

/** The last value of a gauge. */
export const latest = <M extends MetricName>(metric: M, legend: string): Query => ({
  expr: `max by (${environment}) (${own(metric, "", [chosen])})`,
  legend: `${legendOf([])} ${legend}`,
});

function rateBy<M extends MetricName>(metric: M, by: Labels<M>, where: Where<M> = []): string {
  const selector = own(metric, prometheusName(metric).endsWith("_total") ? "" : "_count", [chosen, ...where]);
  return `sum by (${[environment, ...by.map(labelName)].join(", ")}) (rate(${selector}[$__rate_interval]))`;
}

const legendOf = (by: readonly string[]) =>
  [environment, ...by].map((label) => `{{${labelName(label)}}}`).join(" ");
