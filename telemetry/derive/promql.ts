import type { Matcher } from "../slo.ts";
import { labelName } from "./names.ts";

const operators = { is: "=", "is not": "!=", matches: "=~", "matches not": "!~" } as const;
const opposites = {
  is: "is not",
  "is not": "is",
  matches: "matches not",
  "matches not": "matches",
} as const satisfies Record<Matcher["op"], Matcher["op"]>;

/** The condition that holds exactly where this one does not. */
export const opposite = (matcher: Matcher): Matcher => ({ ...matcher, op: opposites[matcher.op] });

/** A vector selector, e.g. `up{job="a"}`; conditions keep their order. */
export function select(name: string, matchers: readonly Matcher[]): string {
  const inner = matchers.map(({ label, op, value }) => `${labelName(label)}${operators[op]}${quote(value)}`);
  return inner.length === 0 ? name : `${name}{${inner.join(",")}}`;
}

/** A PromQL string literal. */
export const quote = (value: string): string =>
  `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;

/** Whether a label set fits a condition, as Prometheus would say: whole value, missing is "". */
export function holds({ label, op, value }: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const found = labels[label] ?? "";
  const equal = op === "is" || op === "is not" ? found === value : wholeValue(value).test(found);
  return equal === (op === "is" || op === "matches");
}

const wholeValue = (pattern: string) => new RegExp(`^(?:${pattern})$`, "s");
