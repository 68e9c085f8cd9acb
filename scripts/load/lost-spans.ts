import type { attributes } from "../../telemetry/attributes.ts";
import { own } from "../../telemetry/derive/series.ts";
import { type RawSample, rawSamples } from "./stores.ts";

const value = "traces" satisfies (typeof attributes)["frontdesk.signal"]["values"][number];
const ofSpans = [{ label: "frontdesk.signal", op: "is" as const, value }];

/** What the collector forgets a counter after (`max_stale` in counts.yaml): then it begins anew, from nothing. */
export const forgottenAfterMs = 120_000;

/**
 * Spans that the Worker gave up since a point in time, or of which it does not know whether they were taken.
 * A loss is told once, and its series ends soon after: what the counters say at the end of a long run is not what happened in it.
 *
 * @param sinceMs  milliseconds since the epoch
 * @throws StoreAway
 */
export async function lostSpans(
  prometheus: string,
  which: "dropped" | "uncertain",
  sinceMs: number,
): Promise<number> {
  const selector = own(`frontdesk.telemetry.${which}`, "", ofSpans);
  const series = await rawSamples(prometheus, selector, sinceMs - 2 * forgottenAfterMs);
  return series.reduce((sum, samples) => sum + growth(samples, sinceMs), 0);
}

/**
 * How much a counter grew by the samples after a point in time, births and new beginnings included.
 *
 * @param samples  oldest first
 */
export function growth(samples: readonly RawSample[], sinceMs: number): number {
  return samples.reduce((sum, { atMs, value: now }, i) => {
    if (atMs <= sinceMs) return sum;
    const last = samples[i - 1];
    const goesOn = last !== undefined && atMs - last.atMs < forgottenAfterMs && now >= last.value;
    return sum + (goesOn ? now - last.value : now);
  }, 0);
}
