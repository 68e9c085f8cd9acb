import { burnThreshold } from "../../telemetry/derive/burn.ts";
import { seconds, type WindowPair, windowPairs } from "../../telemetry/derive/windows.ts";
import type { Slo } from "../../telemetry/slo.ts";
import { type Counting, errorsOf, integrate, lengthOf, type Stretch, slowOf } from "./past.ts";

export const byStatus: Counting = { valid: ({ perSecond }) => perSecond, bad: errorsOf };
export const byLatency: Counting = {
  valid: (stretch) => stretch.perSecond - errorsOf(stretch),
  bad: slowOf,
};

export type Tier = WindowPair["tier"];
type Promised = Pick<Slo, "objective" | "badEventsMin">;
const pages = windowPairs.filter(({ severity }) => severity === "page");
const stepSeconds = 0.1;

/** Whether a pair burns at a second of this traffic. No valid event in the short window: it stays as it was. */
function burnsAt(
  slo: Promised,
  pair: WindowPair,
  traffic: readonly Stretch[],
  at: number,
  counting: Counting,
) {
  const threshold = Number(burnThreshold(slo, pair));
  const inWindow = (of: (stretch: Stretch) => number, window: number) =>
    integrate(traffic, at, of) - integrate(traffic, Math.max(0, at - window), of);
  const [short, long] = [seconds(pair.short), seconds(pair.long)];
  const ratio = (window: number) => inWindow(counting.bad, window) / inWindow(counting.valid, window);
  return (
    ratio(short) > threshold &&
    ratio(long) > threshold &&
    inWindow(counting.bad, long) > slo.badEventsMin - 1e-6
  );
}

/**
 * Seconds from the beginning of the fault until a page, by counting through the windows what was and what will be.
 * Where the past is clean this is what `telemetry/derive/detection.ts` says in closed form.
 *
 * @returns  which tier pages first, or undefined when none does while the fault lasts
 */
export function predictPage(
  slo: Promised,
  past: readonly Stretch[],
  fault: readonly Stretch[],
  counting: Counting = byStatus,
): { readonly tier: Tier; readonly seconds: number } | undefined {
  const traffic = [...past, ...fault];
  const start = lengthOf(past);
  for (let t = 0; t <= lengthOf(fault); t += stepSeconds)
    for (const pair of pages)
      if (burnsAt(slo, pair, traffic, start + t, counting)) return { tier: pair.tier, seconds: t };
  return undefined;
}

/**
 * Seconds from the end of the fault until no page tier burns any more.
 *
 * @param after  traffic from then on; must be long enough
 */
export function predictResolve(
  slo: Promised,
  before: readonly Stretch[],
  after: Stretch,
  counting: Counting = byStatus,
): number | undefined {
  const traffic = [...before, after];
  const start = lengthOf(before);
  for (let t = 0; t <= after.seconds; t += stepSeconds)
    if (!pages.some((pair) => burnsAt(slo, pair, traffic, start + t, counting))) return t;
  return undefined;
}
