import { type Plan, rateAt, secondsOf } from "../../load/shapes.ts";
import type { Screen } from "../stack/screen.ts";
import type { Progress } from "./run-k6.ts";
import { shownSeconds } from "./words.ts";

const everyMs = 500;

/**
 * Says how a run gets on: time, rate, requests, errors, time left. No verdict: who sees one before the end stops when they like it.
 *
 * @param now  epoch milliseconds
 */
export function progressOn(
  screen: Pick<Screen, "status">,
  plan: Plan,
  now: () => number = Date.now,
): (progress: Progress) => void {
  const whole = secondsOf(plan);
  let [began, shownAt] = [0, 0];
  return ({ requests, errors }) => {
    const at = now();
    began ||= at;
    if (at - shownAt < everyMs) return;
    shownAt = at;
    const seconds = Math.min(whole, (at - began) / 1000);
    const rate = Math.round(rateAt(plan, seconds));
    const left = seconds < whole ? `${shownSeconds(whole - seconds)} left` : "ending";
    screen.status(
      "load",
      `${shownSeconds(seconds)} of ${shownSeconds(whole)}, ${rate} visits/s, ${requests} requests, ${errors} failed, ${left}`,
    );
  };
}
