/**
 * Turns an objective into its error budget without floating point.
 *
 * @param objective  percent as text, at most 5 decimals, e.g. `"99.9%"`
 * @returns          ratio as text, ready to paste into PromQL, e.g. `"0.001"`
 * @throws RangeError unless strictly between 0% and 100%
 * @source https://sre.google/workbook/alerting-on-slos/
 */
export function errorBudget(objective: `${number}%`): Decimal {
  const match = /^(\d{1,3})(?:\.(\d{1,5}))?%$/.exec(objective);
  const scaled = match ? BigInt(`${match[1]}${(match[2] ?? "").padEnd(5, "0")}`) : -1n;
  if (scaled <= 0n || scaled >= 100_00000n)
    throw new RangeError(`objective ${objective} is not between 0% and 100%`);
  return format({ digits: 100_00000n - scaled, places: 7 });
}

/** The objective itself as a ratio, e.g. `"0.999"`. Same errors as `errorBudget`. */
export const objectiveRatio = (objective: `${number}%`): Decimal => subtract("1", errorBudget(objective));

/** A number as decimal text, e.g. `"14.4"`: no exponent, no float. */
export type Decimal = string;

/** Exact product. @throws RangeError when a factor is no decimal text */
export function multiply(a: Decimal, b: Decimal): Decimal {
  const [x, y] = [parse(a), parse(b)];
  return format({ digits: x.digits * y.digits, places: x.places + y.places });
}

/** Exact difference. @throws RangeError when a term is no decimal text */
export function subtract(a: Decimal, b: Decimal): Decimal {
  const [x, y] = aligned(a, b);
  return format({ digits: x.digits - y.digits, places: x.places });
}

/** Negative when a < b, positive when a > b, 0 when they are the same number. */
export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x.digits < y.digits ? -1 : Number(x.digits > y.digits);
}

/**
 * Quotient of a non-negative and a positive number, rounded up to `places` decimals.
 *
 * @throws RangeError when the divisor is not positive
 */
export function divideUp(a: Decimal, b: Decimal, places: number): Decimal {
  const [x, y] = aligned(a, b);
  if (y.digits <= 0n || x.digits < 0n) throw new RangeError(`${a} / ${b}: not a positive quotient`);
  const scaled = x.digits * 10n ** BigInt(places);
  return format({ digits: (scaled + y.digits - 1n) / y.digits, places });
}

type Scaled = { readonly digits: bigint; readonly places: number };

function parse(text: Decimal): Scaled {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a decimal number`);
  const fraction = match[3] ?? "";
  return { digits: BigInt(`${match[1]}${match[2]}${fraction}`), places: fraction.length };
}

function aligned(a: Decimal, b: Decimal): [Scaled, Scaled] {
  const [x, y] = [parse(a), parse(b)];
  const places = Math.max(x.places, y.places);
  const grow = (s: Scaled) => ({ digits: s.digits * 10n ** BigInt(places - s.places), places });
  return [grow(x), grow(y)];
}

function format({ digits, places }: Scaled): Decimal {
  const sign = digits < 0n ? "-" : "";
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places);
  const fraction = text.slice(text.length - places).replace(/0+$/, "");
  return `${sign}${whole}${fraction ? `.${fraction}` : ""}`;
}
