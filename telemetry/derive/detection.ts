import type { Slo } from "../slo.ts";
import { burnThreshold } from "./burn.ts";
import { compare, type Decimal, divideUp, multiply, subtract } from "./decimal.ts";
import { seconds, type WindowPair } from "./windows.ts";

/**
 * Seconds from the first error until both windows are above their threshold, given steady traffic and a clean past.
 *
 * @param errorRatio   share of requests that fail from now on, e.g. `"1"` for an outage
 * @param historySeconds  whole seconds of past there are; fewer than the long window make detection faster
 * @returns            seconds rounded up to a millisecond, or undefined when this pair never fires
 * @source t = long × burn × (1 − SLO) / error ratio
 */
export function detectionSeconds(
  slo: Pick<Slo, "objective">,
  pair: WindowPair,
  errorRatio: Decimal,
  historySeconds?: number,
): Decimal | undefined {
  const threshold = burnThreshold(slo, pair);
  if (compare(errorRatio, threshold) <= 0) return undefined;
  const full = divideUp(multiply(String(seconds(pair.long)), threshold), errorRatio, 3);
  if (historySeconds === undefined) return full;
  // While the window still grows: ratio·t / (history + t) = threshold. Past its length the first formula holds again.
  const growing = divideUp(multiply(String(historySeconds), threshold), subtract(errorRatio, threshold), 3);
  return compare(growing, full) < 0 ? growing : full;
}

/**
 * Seconds from the last error until the short window is below its threshold, after an incident that filled it.
 *
 * @returns seconds rounded up to a millisecond, or undefined when the pair never fired
 */
export function resetSeconds(
  slo: Pick<Slo, "objective">,
  pair: WindowPair,
  errorRatio: Decimal,
): Decimal | undefined {
  const threshold = burnThreshold(slo, pair);
  if (compare(errorRatio, threshold) <= 0) return undefined;
  return divideUp(multiply(String(seconds(pair.short)), subtract(errorRatio, threshold)), errorRatio, 3);
}
