import type { Indicator, Slo } from "../slo.ts";
import { type Decimal, errorBudget, multiply } from "./decimal.ts";
import { opposite } from "./promql.ts";
import { byEnvironment, counted, own } from "./series.ts";
import { type Duration, seconds, slice, type WindowPair } from "./windows.ts";

/** Error ratio above which a window pair burns, exact: burn × (1 − objective). */
export const burnThreshold = (slo: Pick<Slo, "objective">, pair: Pick<WindowPair, "burn">): Decimal =>
  multiply(pair.burn, errorBudget(slo.objective));

/** PromQL of the valid events per second over a window, one number per environment. */
export function validRate({ indicator }: Pick<Slo, "indicator">, window: Duration): string {
  const { metric, valid, good } = indicator;
  if (good.kind === "at most") return slicesPerSecond("count", worst(indicator), window);
  return sumRate(counted(metric, valid), window);
}

/**
 * PromQL of the bad events per second over a window, one number per environment.
 * Zero where nothing failed yet, nothing where nothing was valid: an idle night has no error ratio.
 */
export function badRate({ indicator }: Pick<Slo, "indicator">, window: Duration): string {
  const { metric, valid, good } = indicator;
  const total = validRate({ indicator }, window);
  switch (good.kind) {
    case "label":
      return `(${sumRate(counted(metric, [...valid, opposite(good.matcher)]), window)} or 0 * ${total})`;
    case "within": {
      const le = { label: "le", op: "is", value: String(good.seconds) } as const;
      return `(${total} - ${sumRate(own(metric, "_bucket", [...valid, le]), window)})`;
    }
    case "at most":
      return slicesPerSecond("sum", isOver(indicator, good.value), window);
  }
}

/**
 * PromQL of the share of bad events over a window, 0 to 1, one number per environment.
 * No valid event, no ratio: 0/0 would be NaN, and NaN hides what comes after the night.
 *
 * @param recordedBad  series of the bad events per second, where they are recorded already, with the label `slo`
 */
export function errorRatio(
  { indicator }: Pick<Slo, "indicator">,
  window: Duration,
  recordedBad?: string,
): string {
  const { good } = indicator;
  const bad = recordedBad ? `${recordedBad}\n/ ignoring (slo)` : `${badRate({ indicator }, window)}\n/`;
  if (good.kind === "at most") return `avg_over_time((${isOver(indicator, good.value)})[${window}:${slice}])`;
  return `${bad} (${validRate({ indicator }, window)} > 0)`;
}

const sumRate = (selector: string, window: Duration) => `sum ${byEnvironment} (rate(${selector}[${window}]))`;

/** Whoever wrote it last and highest: a collector that starts anew leaves its predecessor's series for five minutes. */
const worst = ({ metric, valid }: Indicator) => `max ${byEnvironment} (${own(metric, "", valid)})`;

const isOver = (indicator: Indicator, limit: number) => `${worst(indicator)} > bool ${limit}`;

/** Minutes as events: as many as there were, or those whose value is 1, each second its share. */
const slicesPerSecond = (how: "count" | "sum", value: string, window: Duration) =>
  `(${how}_over_time((${value})[${window}:${slice}]) / ${seconds(window)})`;
