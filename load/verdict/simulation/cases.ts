import {
  betaBinomial,
  independent,
  lognormal,
  markovBursts,
  type Process,
  pareto,
  slowness,
} from "./processes.ts";

/** A kind of run in which the promise is exactly as good as allowed: the hardest place for a verdict, on both sides. */
export type Case = {
  readonly says: string;
  readonly process: Process;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  /** Share of bad requests that is allowed. */
  readonly allowed: number;
};

const quarterHour = { seconds: 900, rate: 20 };

/** Faults no longer than is assumed, or runs long enough to hold several of the longer ones. */
export const cases: readonly Case[] = [
  { says: "independent errors, 99.9 %", process: independent, ...quarterHour, allowed: 0.001 },
  {
    says: "independent errors, 99 %, 2 requests a second",
    process: independent,
    seconds: 900,
    rate: 2,
    allowed: 0.01,
  },
  {
    says: "beta-binomial seconds, correlation 0.2, 99.9 %",
    ...{ process: betaBinomial(0.2), ...quarterHour, allowed: 0.001 },
  },
  {
    says: "beta-binomial seconds, correlation 0.2, 99 %",
    ...{ process: betaBinomial(0.2), ...quarterHour, allowed: 0.01 },
  },
  {
    says: "Markov bursts of a quarter of a second, 99.9 %",
    ...{ process: markovBursts(0.25), ...quarterHour, allowed: 0.001 },
  },
  {
    says: "Markov bursts of a quarter of a second, 99 %, 10 min",
    ...{ process: markovBursts(0.25), seconds: 600, rate: 20, allowed: 0.01 },
  },
  {
    says: "Markov bursts of a quarter of a second, 99.9 %, 20 min",
    ...{ process: markovBursts(0.25), seconds: 1_200, rate: 50, allowed: 0.001 },
  },
  {
    says: "Markov bursts of a quarter of a second, 99.9 %, 1 h",
    ...{ process: markovBursts(0.25), seconds: 3_600, rate: 50, allowed: 0.001 },
  },
  {
    says: "Markov bursts of a second, 99 %, 30 min",
    process: markovBursts(1),
    seconds: 1_800,
    rate: 20,
    allowed: 0.01,
  },
  {
    says: "Markov bursts of a second, 99.9 %, 2 h",
    ...{ process: markovBursts(1), seconds: 7_200, rate: 20, allowed: 0.001 },
  },
  {
    says: "lognormal durations (σ 1.5), independent, 99 %",
    ...{ process: slowness(lognormal(1.5), 0), ...quarterHour, allowed: 0.01 },
  },
  {
    says: "lognormal durations that remember (0.9), 99 %",
    ...{ process: slowness(lognormal(1.5), 0.9), ...quarterHour, allowed: 0.01 },
  },
  {
    says: "Pareto durations (tail 1.2), independent, 99 %",
    ...{ process: slowness(pareto(1.2), 0), ...quarterHour, allowed: 0.01 },
  },
  {
    says: "Pareto durations that remember (0.95), 99 %, 30 min",
    ...{ process: slowness(pareto(1.2), 0.95), seconds: 1_800, rate: 20, allowed: 0.01 },
  },
];

/** What no verdict can know: faults that are longer than assumed, and so rare that most runs hold none. Told, not hidden. */
export const beyond: readonly Case[] = [
  {
    says: "Markov bursts of a second, 99.9 %, 15 min",
    process: markovBursts(1),
    ...quarterHour,
    allowed: 0.001,
  },
  {
    says: "Markov bursts of five seconds, 99.9 %, 15 min",
    process: markovBursts(5),
    ...quarterHour,
    allowed: 0.001,
  },
  {
    says: "Markov bursts of five seconds, 99 %, 15 min",
    process: markovBursts(5),
    ...quarterHour,
    allowed: 0.01,
  },
];
