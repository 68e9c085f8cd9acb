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

export type Knee = {
  /** The last level that was served as asked: requests a second. */
  readonly holds: number;
  /** Where the fitted latency grows without bound. */
  readonly saturation: number;
  /** Half of it: there the fitted latency has doubled. */
  readonly knee: number;
  /** Fitted p95 of an idle system, in ms. */
  readonly idleMs: number;
  /** CPU time that a request costs, from the slope of cores over throughput, in ms. */
  readonly cpuMs: number;
};

/** A level is served when nearly everything was answered, nothing failed and p99 was promised. */
export const isServed = ({ offered, answered, errors, p99Ms }: Level, promisedMs: number): boolean =>
  answered >= 0.95 * offered && errors === 0 && p99Ms <= promisedMs;

/**
 * Fits p95 = idle / (1 − rate / saturation), the response time of a queue that is served at random,
 * by least squares of logarithms over a grid of saturations.
 *
 * @param levels  in order; those that were not answered are past the knee and not fitted
 * @throws BrokenGate below three levels that can be fitted
 * @source Jain, The Art of Computer Systems Performance Analysis, chapter 31
 */
export function findKnee(levels: readonly Level[], promisedMs: number): Knee {
  const fitted = levels.filter(({ offered, answered }) => answered >= 0.95 * offered);
  if (fitted.length < 3)
    throw new BrokenGate(
      `A knee needs three levels that were answered, and here are ${fitted.length}: this machine is busy or too small.`,
    );
  const most = Math.max(...fitted.map(({ answered }) => answered));
  let best = { error: Number.POSITIVE_INFINITY, saturation: Number.NaN, idleMs: Number.NaN };
  for (let saturation = most * 1.01; saturation < most * 20; saturation *= 1.01) {
    const logs = fitted.map(({ answered, p95Ms }) => Math.log(p95Ms * (1 - answered / saturation)));
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const error = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    if (error < best.error) best = { error, saturation, idleMs: Math.exp(mean) };
  }
  const { value } = slope(fitted.map(({ answered, cores }) => ({ x: answered, y: cores })));
  return {
    holds: Math.max(
      0,
      ...levels.filter((level) => isServed(level, promisedMs)).map(({ offered }) => offered),
    ),
    saturation: best.saturation,
    knee: best.saturation / 2,
    idleMs: best.idleMs,
    cpuMs: value * 1000,
  };
}
