import { attributes } from "../telemetry/attributes.ts";
import { holds } from "../telemetry/derive/promql.ts";
import type { Matcher, Slo } from "../telemetry/slo.ts";

type Labels = Readonly<Record<string, string>>;

/** Values that are likely for labels without a closed set. */
const likely: Readonly<Record<string, readonly string[]>> = {
  "http.response.status_code": ["201", "503", "404"],
  "http.route": ["/v1/bookings"],
};

/**
 * Labels of one valid event that is good, and of one that is bad, made up from the conditions of the promise.
 * Of a promise whose events are judged by their duration or value, both have the same labels.
 *
 * @throws RangeError when no value is known that fits
 */
export function exampleEvents({ title, indicator: { valid, good } }: Slo): { good: Labels; bad: Labels } {
  const judged = good.kind === "label" ? [good.matcher] : [];
  const conditions = Map.groupBy([...valid, ...judged], ({ label }) => label);
  const labels = Object.fromEntries(
    [...conditions].map(([label, all]) => [label, example(title, all, () => true)]),
  );
  if (good.kind !== "label") return { good: labels, bad: labels };
  const { label } = good.matcher;
  const others = valid.filter((matcher) => matcher.label === label);
  const bad = example(title, [good.matcher, ...others], (matcher) => matcher !== good.matcher);
  return { good: labels, bad: { ...labels, [label]: bad } };
}

/** A value that fits every condition which `wanted` is true for, and no other. */
function example(title: string, all: readonly Matcher[], wanted: (matcher: Matcher) => boolean): string {
  const [{ label }] = all as [Matcher];
  const { values = [] } =
    (attributes as Record<string, { readonly values?: readonly string[] }>)[label] ?? {};
  // A pattern without wildcards is a value that fits it.
  const candidates = [...all.map(({ value }) => value), ...(likely[label] ?? []), ...values, ""];
  const fits = (value: string) =>
    all.every((matcher) => holds(matcher, { [label]: value }) === wanted(matcher)) &&
    !/[*+?|]|\.\./.test(value);
  const found = candidates.find(fits);
  if (found === undefined) throw new RangeError(`give ${title} an example of ${label}`);
  return found;
}
