import type { Slo } from "../slo.ts";
import { burnThreshold } from "./burn.ts";
import { compare, type Decimal, divideUp, multiply, subtract } from "./decimal.ts";
import { seconds, slice, type WindowPair } from "./windows.ts";

/** What a prediction needs to know of a promise; minutes of a gauge are seen whole, single events at once. */
type Promised = Pick<Slo, "objective"> & Partial<Pick<Slo, "indicator">>;

/**
 * Seconds from the first error until both windows are above their threshold, given steady traffic and a clean past.
 *
 * @param errorRatio   share of requests that fail from now on, e.g. `"1"` for an outage
 * @param historySeconds  whole seconds of past there are; fewer than the long window make detection faster
 * @returns            seconds rounded up to a millisecond, or undefined when this pair never fires
 * @source t = long × burn × (1 − SLO) / error ratio
 */
export function detectionSeconds(
  slo: Promised,
  pair: WindowPair,
  errorRatio: Decimal,
  historySeconds?: number,
): Decimal | undefined {
  const threshold = burnThreshold(slo, pair);
  if (compare(errorRatio, threshold) <= 0) return undefined;
  const full = divideUp(multiply(String(seconds(pair.long)), threshold), errorRatio, 3);
  if (historySeconds === undefined) return afterWholeSlices(slo, full);
  // While the window still grows: ratio·t / (history + t) = threshold. Past its length the first formula holds again.
  const growing = divideUp(multiply(String(historySeconds), threshold), subtract(errorRatio, threshold), 3);
  return afterWholeSlices(slo, compare(growing, full) < 0 ? growing : full);
}

/**
 * Seconds from the last error until the short window is below its threshold, after an incident that filled it.
 *
 * @returns seconds rounded up to a millisecond, or undefined when the pair never fired
 */
export function resetSeconds(slo: Promised, pair: WindowPair, errorRatio: Decimal): Decimal | undefined {
  const threshold = burnThreshold(slo, pair);
  if (compare(errorRatio, threshold) <= 0) return undefined;
  const whole = multiply(String(seconds(pair.short)), subtract(errorRatio, threshold));
  return upToSlice(slo, divideUp(whole, errorRatio, 3));
}

/** The slice that makes the ratio larger than the threshold; one that makes it equal is not enough. */
function afterWholeSlices(slo: Promised, time: Decimal): Decimal {
  const rounded = upToSlice(slo, time);
  const isFull = isSliced(slo) && compare(rounded, time) === 0;
  return isFull ? String(Number(time) + seconds(slice)) : rounded;
}

const upToSlice = (slo: Promised, time: Decimal): Decimal => {
  const length = String(seconds(slice));
  return isSliced(slo) ? multiply(divideUp(time, length, 0), length) : time;
};

const isSliced = ({ indicator }: Promised): boolean => indicator?.good.kind === "at most";
