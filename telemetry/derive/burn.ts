import type { Slo } from "../slo.ts";
import { type Decimal, errorBudget, multiply } from "./decimal.ts";
import { opposite } from "./promql.ts";
import { byEnvironment, own } from "./series.ts";
import type { Duration, WindowPair } from "./windows.ts";

/** Error ratio above which a window pair burns, exact: burn × (1 − objective). */
export const burnThreshold = (slo: Pick<Slo, "objective">, pair: Pick<WindowPair, "burn">): Decimal =>
  multiply(pair.burn, errorBudget(slo.objective));

/** PromQL of the valid events per second over a window, one number per environment. */
export const validRate = (slo: Pick<Slo, "indicator">, window: Duration): string =>
  sumRate(own(slo.indicator.metric, "_count", slo.indicator.valid), window);

/**
 * PromQL of the bad events per second over a window, one number per environment.
 * Zero where nothing failed yet, nothing where nothing was valid: an idle night has no error ratio.
 */
export function badRate(slo: Pick<Slo, "indicator">, window: Duration): string {
  const { metric, valid, good } = slo.indicator;
  const total = validRate(slo, window);
  if (good.kind === "label") {
    const bad = own(metric, "_count", [...valid, opposite(good.matcher)]);
    return `(${sumRate(bad, window)} or 0 * ${total})`;
  }
  const within = own(metric, "_bucket", [...valid, { label: "le", op: "is", value: String(good.seconds) }]);
  return `(${total} - ${sumRate(within, window)})`;
}

const sumRate = (selector: string, window: Duration) => `sum ${byEnvironment} (rate(${selector}[${window}]))`;
