import type { Second } from "../seconds.ts";

/** Makes one run of `seconds` seconds at `rate` requests each, of which the share `share` is bad in the long run. */
export type Process = (run: Run, random: () => number) => Second[];
export type Run = { readonly seconds: number; readonly rate: number; readonly share: number };

const perSecond = ({ seconds, rate }: Run, bad: () => number): Second[] =>
  Array.from({ length: seconds }, () => ({ valid: rate, bad: bad() }));

/** No request knows of another. */
export const independent: Process = (run, random) => perSecond(run, () => hits(run.rate, run.share, random));

/**
 * Every second has a share of its own, Beta distributed: requests of one second fail together.
 *
 * @param correlation  between two requests of one second
 * @source Skellam, J. R. Statist. Soc. B 10, 1948
 */
export const betaBinomial =
  (correlation: number): Process =>
  (run, random) => {
    const weight = 1 / correlation - 1;
    const [a, b] = [run.share * weight, (1 - run.share) * weight];
    return perSecond(run, () => hits(run.rate, beta(a, b, random), random));
  };

/**
 * Faults that begin at random and hit every request until they end: a two-state Markov chain.
 *
 * @param meanSeconds  how long a fault lasts on average (geometric)
 * @source Gilbert, Bell Syst. Tech. J. 39, 1960
 */
export const markovBursts =
  (meanSeconds: number): Process =>
  (run, random) => {
    const end = 1 / Math.max(1, meanSeconds * run.rate);
    const begin = (end * run.share) / (1 - run.share);
    let isBad = random() < run.share;
    return perSecond(run, () => {
      let bad = 0;
      for (let i = 0; i < run.rate; i++) {
        if (isBad) bad++;
        isBad = isBad ? random() >= end : random() < begin;
      }
      return bad;
    });
  };

/** Durations of requests; the bad ones are those above a limit that the share fixes. */
export type Durations = {
  readonly draw: (normal: number) => number;
  /** The duration that a share of requests exceeds. */
  readonly exceeded: (share: number) => number;
};

/** @param sigma  1.5 makes the mean three times the median */
export const lognormal = (sigma: number): Durations => ({
  draw: (normal) => Math.exp(sigma * normal),
  exceeded: (share) => Math.exp(-sigma * normalQuantile(share)),
});

/** @param tail  at most 2 has no variance, at most 1 no mean */
export const pareto = (tail: number): Durations => ({
  draw: (normal) => normalAbove(normal) ** (-1 / tail),
  exceeded: (share) => share ** (-1 / tail),
});

/** Durations that remember: each is as near to the one before as `memory` says (Gaussian copula over an AR(1) chain). */
export const slowness =
  (durations: Durations, memory: number): Process =>
  (run, random) => {
    const normal = normals(random);
    const limit = durations.exceeded(run.share);
    const fresh = Math.sqrt(1 - memory ** 2);
    let state = normal();
    return perSecond(run, () => {
      let bad = 0;
      for (let i = 0; i < run.rate; i++) {
        if (durations.draw(state) > limit) bad++;
        state = memory * state + fresh * normal();
      }
      return bad;
    });
  };

/** Binomial by gaps between hits, so that rare ones cost little. */
function hits(tries: number, share: number, random: () => number): number {
  if (share <= 0) return 0;
  if (share > 0.1) {
    let count = 0;
    for (let i = 0; i < tries; i++) if (random() < share) count++;
    return count;
  }
  const scale = 1 / Math.log1p(-share);
  let count = 0;
  for (let at = Math.floor(Math.log(1 - random()) * scale); at < tries; count++)
    at += 1 + Math.floor(Math.log(1 - random()) * scale);
  return count;
}

function beta(a: number, b: number, random: () => number): number {
  const normal = normals(random);
  const [x, y] = [gamma(a, normal, random), gamma(b, normal, random)];
  return x + y === 0 ? 0 : x / (x + y);
}

/** @source Marsaglia and Tsang, ACM Trans. Math. Softw. 26, 2000 */
function gamma(shape: number, normal: () => number, random: () => number): number {
  if (shape < 1) return gamma(shape + 1, normal, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** @source Box and Muller, Ann. Math. Statist. 29, 1958 */
export function normals(random: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** P(Z > z) of a standard normal. @source Abramowitz and Stegun, 26.2.17 with 7.1.26's error below 1.5e-7; refined below 1e-12 by erfc's fraction */
export function normalAbove(z: number): number {
  if (z < 0) return 1 - normalAbove(-z);
  const x = z / Math.SQRT2;
  if (x < 2) {
    // erf as a series.
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 0.5 - sum / Math.sqrt(Math.PI);
  }
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (2 * Math.sqrt(Math.PI) * fraction);
}

/** The z below which a standard normal lies with probability p. */
export function normalQuantile(p: number): number {
  let [low, high] = [-40, 40];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (1 - normalAbove(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
