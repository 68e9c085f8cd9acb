import type { Slo } from "../slo.ts";
import { type Decimal, errorBudget, multiply } from "./decimal.ts";
import { prometheusName } from "./names.ts";
import { opposite, select } from "./promql.ts";
import type { Duration, WindowPair } from "./windows.ts";

/** Error ratio above which a window pair burns, exact: burn × (1 − objective). */
export const burnThreshold = (slo: Pick<Slo, "objective">, pair: Pick<WindowPair, "burn">): Decimal =>
  multiply(pair.burn, errorBudget(slo.objective));

/** PromQL of the valid events per second over a window, all series added up. */
export const validRate = (slo: Pick<Slo, "indicator">, window: Duration): string =>
  `sum(rate(${select(`${prometheusName(slo.indicator.metric)}_count`, slo.indicator.valid)}[${window}]))`;

/**
 * PromQL of the bad events per second over a window.
 * Zero where nothing failed yet, nothing where nothing was valid: an idle night has no error ratio.
 */
export function badRate(slo: Pick<Slo, "indicator">, window: Duration): string {
  const { metric, valid, good } = slo.indicator;
  const name = prometheusName(metric);
  const total = validRate(slo, window);
  if (good.kind === "label") {
    const bad = select(`${name}_count`, [...valid, opposite(good.matcher)]);
    return `(sum(rate(${bad}[${window}])) or 0 * ${total})`;
  }
  const within = select(`${name}_bucket`, [...valid, { label: "le", op: "is", value: String(good.seconds) }]);
  return `(${total} - sum(rate(${within}[${window}])))`;
}
