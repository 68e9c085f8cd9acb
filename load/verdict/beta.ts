// Own code, because the verdict is what this project exists for and a library would bring hundreds of functions for these two.
// Held against published tables and exact binomial sums by test/pure/load/verdict.

/**
 * Natural logarithm of the gamma function, relative error below 1e-13.
 *
 * @param x  above 0
 * @source Lanczos approximation, g = 607/128, 15 terms: Press et al., Numerical Recipes, 3rd edition, 6.1
 */
export function logGamma(x: number): number {
  const shifted = x + 5.242_187_5;
  let sum = 0.999_999_999_999_997_1;
  lanczos.forEach((coefficient, i) => {
    sum += coefficient / (x + i + 1);
  });
  return (x + 0.5) * Math.log(shifted) - shifted + Math.log((2.506_628_274_631_000_7 * sum) / x);
}

const lanczos = [
  57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202, 3.399464998481189e-5,
  4.652362892704858e-5, -9.837447530487956e-5, 0.0001580887032249125, -0.00021026444172410488,
  0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5, -2.6190838401581408e-5,
  3.6899182659531625e-6,
];

/**
 * Regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is at most x.
 *
 * @param x  0 to 1
 * @param a  above 0
 * @param b  above 0
 * @source Lentz's continued fraction: Press et al., Numerical Recipes, 3rd edition, 6.4
 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0)) throw new RangeError(`Beta(${a}, ${b}) does not exist`);
  return incomplete(x, a, b, logBeta(a, b));
}

const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);

function incomplete(x: number, a: number, b: number, log: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const scale = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - log);
  // The fraction converges fast on this side of the mean; the other side is its mirror.
  return x < (a + 1) / (a + b + 2)
    ? (scale * continuedFraction(x, a, b)) / a
    : 1 - (scale * continuedFraction(1 - x, b, a)) / b;
}

const tiny = 1e-300;
const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);

function continuedFraction(x: number, a: number, b: number): number {
  let numerator = 1;
  let denominator = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = denominator;
  // It needs about the square root of the larger parameter.
  const steps = 200 + 10 * Math.ceil(Math.sqrt(Math.max(a, b)));
  for (let m = 1; m <= steps; m++) {
    const even = (m * (b - m) * x) / ((a - 1 + 2 * m) * (a + 2 * m));
    denominator = 1 / away(1 + even * denominator);
    numerator = away(1 + even / numerator);
    result *= denominator * numerator;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 1 + 2 * m));
    denominator = 1 / away(1 + odd * denominator);
    numerator = away(1 + odd / numerator);
    const change = denominator * numerator;
    result *= change;
    if (Math.abs(change - 1) < 1e-15) return result;
  }
  throw new RangeError(`the beta function of ${x}, ${a}, ${b} did not converge`);
}

/**
 * The x below which a Beta(a, b) variable lies with probability p.
 *
 * @param p  0 to 1
 * @returns  to within 1e-12 of itself
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const log = logBeta(a, b);
  let [low, high] = [0, 1];
  let x = a / (a + b);
  for (let step = 0; step < 400; step++) {
    const distance = incomplete(x, a, b, log) - p;
    if (distance > 0) high = x;
    else low = x;
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - log);
    const newton = x - distance / density;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 1e-12 * x) return next;
    x = next;
  }
  return x;
}

/**
 * The t that a Student variable exceeds with probability `tail`.
 *
 * @param tail  above 0, below 0.5
 * @source Abramowitz and Stegun, 26.7.1: a t variable is a transformed Beta(free / 2, 1 / 2)
 */
export function studentT(tail: number, free: number): number {
  const key = `${tail} ${free}`;
  const known = tValues.get(key) ?? tValue(tail, free);
  tValues.set(key, known);
  return known;
}

/** A verdict asks for a few of them, a simulation for the same ones ten thousand times. */
const tValues = new Map<string, number>();

function tValue(tail: number, free: number): number {
  const x = betaQuantile(2 * tail, free / 2, 0.5);
  return Math.sqrt(free * (1 / x - 1));
}

/**
 * Probability of at most `hits` successes in `tries`, each with probability `share`.
 *
 * @source Abramowitz and Stegun, 26.5.24
 */
export function binomialAtMost(hits: number, tries: number, share: number): number {
  if (hits < 0) return 0;
  return hits >= tries ? 1 : regularizedBeta(1 - share, tries - hits, hits + 1);
}
