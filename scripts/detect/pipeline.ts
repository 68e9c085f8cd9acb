import { fastInterval } from "../../alerts/recording-rules.ts";
import { type Duration, seconds } from "../../telemetry/derive/windows.ts";
import { groupIntervalSeconds } from "./group-interval.ts";
import { sampleSeconds } from "./past.ts";

/** Ended spans wait for this long before they leave the Worker: telemetry/kit/export/lane.ts. */
const exportSeconds = 1;
/** Symptom alerts are evaluated this often: alerts/alerts.ts. */
const symptomInterval = "15s" satisfies Duration;

/**
 * Seconds that the way from an event to a page takes on average: half of each step that goes by the clock.
 * `rate()` stretches a series up to the evaluation, so the collector's flush delays only what ends at once: a burst.
 */
export const lagSeconds = {
  steady: (exportSeconds + seconds(fastInterval)) / 2,
  burst: (exportSeconds + sampleSeconds + seconds(fastInterval)) / 2,
  silence: (exportSeconds + seconds(symptomInterval)) / 2,
  /** On top, until a group of Alertmanager tells that it is over. */
  resolve: groupIntervalSeconds / 2,
} as const;
