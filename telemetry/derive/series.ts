import { type MetricName, metrics } from "../metrics.ts";
import type { Matcher } from "../slo.ts";
import { labelName, prometheusName } from "./names.ts";
import { select } from "./promql.ts";

/** Whose series these are. Other services may share a Prometheus, hand-made test data does. */
export const product = { label: "service.name", op: "is", value: "frontdesk" } as const satisfies Matcher;

/** Attribute that every series of the product carries; nothing is ever added up across it. */
export const environmentAttribute = "deployment.environment.name";
/** The same as a label of Prometheus. */
export const environment = labelName(environmentAttribute);
/** Grouping for whatever adds series up. */
export const byEnvironment = `by (${environment})`;

type Part = "" | "_count" | "_sum" | "_bucket";

/** A selector of the product's own series of a metric; of a histogram `part` says which. */
export const own = <M extends MetricName>(metric: M, part: Part, where: readonly Matcher[] = []): string =>
  select(`${prometheusName(metric)}${part}`, [product, ...where]);

/** A selector of what counts events: a counter itself, of a histogram its `_count`. */
export const counted = (metric: MetricName, where: readonly Matcher[]): string =>
  own(metric, metrics[metric].instrument === "histogram" ? "_count" : "", where);
