import type { Plan } from "../../load/shapes.ts";
import type { ClientPromise } from "../../load/thresholds.ts";
import { errorsFor, judgePromise, type PromiseVerdict } from "../../load/verdict/judge-promise.ts";
import { promiseSeconds } from "./figures.ts";
import { hasFailed, type Point } from "./recording.ts";

/** What a run saw while it stayed at one rate. */
export type Level = {
  /** Visits a second. */
  readonly rate: number;
  readonly fromSecond: number;
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly p99Ms: number | undefined;
  /** `fail` when one promise surely failed here, `pass` when all surely held. */
  readonly verdict: PromiseVerdict;
  /** Titles of the promises that failed. */
  readonly broken: readonly string[];
};

/** Judges each level by itself; nothing where a plan has fewer than two. */
export function levelsOf(
  plan: Plan,
  points: readonly Point[],
  promises: readonly ClientPromise[],
  burstSeconds: number,
): Level[] {
  const flat = flatParts(plan);
  const first = points[0]?.startMs ?? 0;
  if (flat.length < 2) return [];
  const errors = errorsFor(promises.length * flat.length);
  return flat.map(({ rate, fromSecond, seconds }) => {
    const own = points.filter(({ startMs }) => {
      const at = (startMs - first) / 1000 - fromSecond;
      return at >= 0 && at < seconds;
    });
    const judged = promises.map((promise) => ({
      title: promise.title,
      ...judgePromise(promiseSeconds(own, seconds, promise), Number(promise.allowed), errors, burstSeconds),
    }));
    const broken = judged.filter(({ verdict }) => verdict === "fail").map(({ title }) => title);
    const sorted = own.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
    return {
      ...{ rate, fromSecond, seconds, requests: own.length, errors: own.filter(hasFailed).length },
      p99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1],
      verdict:
        broken.length > 0
          ? "fail"
          : judged.every(({ verdict }) => verdict === "pass")
            ? "pass"
            : "inconclusive",
      broken,
    };
  });
}

function flatParts({ start, stages }: Plan): Pick<Level, "rate" | "fromSecond" | "seconds">[] {
  let [from, at] = [start, 0];
  return stages.flatMap(({ rate, seconds }) => {
    const [stays, began] = [rate === from && seconds > 0, at];
    [from, at] = [rate, at + seconds];
    return stays ? [{ rate, fromSecond: began, seconds }] : [];
  });
}
