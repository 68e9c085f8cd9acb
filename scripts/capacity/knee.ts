import { slope } from "../bench/statistics.ts";
import { BrokenGate } from "../gate/broken-gate.ts";

/** One level of load, as it was measured. */
export type Level = {
  /** Requests a second that were asked for, and that were answered. */
  readonly offered: number;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  /** Cores that workerd kept busy. */
  readonly cores: number;
};

/** What a rate says of the one that was looked for: it is that one, or it is where the grid of rates ends. */
export type Bound = "found" | "at least" | "at most";

export type Knee = {
  /** The last level that was served as asked: requests a second, 0 when none was. */
  readonly holds: number;
  readonly holdsIs: Exclude<Bound, "at most">;
  /** Where the fitted latency grows without bound; past the rates that were asked it is a guess. */
  readonly saturation: number;
  /** Half of it, where the fitted latency has doubled; within the rates that were asked. */
  readonly knee: number;
  readonly kneeIs: Bound;
  /** Fitted p95 of an idle system, in ms. */
  readonly idleMs: number;
  /** CPU time that a request costs, from the slope of cores over throughput, in ms. */
  readonly cpuMs: number;
};

export const isAnswered = ({ offered, answered }: Level): boolean => answered >= 0.95 * offered;

/** A level is served when nearly everything was answered, nothing failed and p99 was promised. */
export const isServed = (level: Level, promisedMs: number): boolean =>
  isAnswered(level) && level.errors === 0 && level.p99Ms <= promisedMs;

/**
 * Fits p95 = idle / (1 − rate / saturation), the response time of a queue that is served at random,
 * by least squares of logarithms over a grid of saturations.
 *
 * @param levels  in order; those that were not answered are past the knee and not fitted
 * @throws BrokenGate below three levels that can be fitted
 * @source Jain, The Art of Computer Systems Performance Analysis, chapter 31
 */
export function findKnee(levels: readonly Level[], promisedMs: number): Knee {
  const fitted = levels.filter(isAnswered);
  if (fitted.length < 3)
    throw new BrokenGate(
      `A knee needs three levels that were answered, and here are ${fitted.length}: this machine is busy or too small.`,
    );
  const most = Math.max(...fitted.map(({ answered }) => answered));
  let best = { error: Number.POSITIVE_INFINITY, saturation: Number.NaN, idleMs: Number.NaN };
  const least = most * 1.01;
  for (let saturation = least; saturation < most * 20; saturation *= 1.01) {
    const logs = fitted.map(({ answered, p95Ms }) => Math.log(p95Ms * (1 - answered / saturation)));
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const error = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    if (error < best.error) best = { error, saturation, idleMs: Math.exp(mean) };
  }
  const { value } = slope(fitted.map(({ answered, cores }) => ({ x: answered, y: cores })));
  const served = levels.filter((level) => isServed(level, promisedMs));
  return {
    holds: Math.max(0, ...served.map(({ offered }) => offered)),
    holdsIs: served.length > 0 && served.at(-1) === levels.at(-1) ? "at least" : "found",
    saturation: best.saturation,
    ...kneeWithin(fitted, best.saturation, best.saturation === least),
    idleMs: best.idleMs,
    cpuMs: value * 1000,
  };
}

/**
 * A fit says nothing about rates that nobody asked.
 *
 * @param isLeast  the fit would take a smaller saturation, were it not for what was answered
 */
function kneeWithin(
  fitted: readonly Level[],
  saturation: number,
  isLeast: boolean,
): Pick<Knee, "knee" | "kneeIs"> {
  const rates = fitted.map(({ answered }) => answered);
  const [lowest, highest] = [Math.min(...rates), Math.max(...rates)];
  const knee = saturation / 2;
  if (knee >= highest) return { knee: highest, kneeIs: "at least" };
  if (knee <= lowest) return { knee: lowest, kneeIs: "at most" };
  return { knee, kneeIs: isLeast ? "at most" : "found" };
}
