import { attributes } from "../attributes.ts";
import { scrubAndCut, withoutControl, withoutControlInLines } from "./scrub.ts";

type Rule = {
  readonly type: "string" | "int" | "double" | "boolean";
  readonly values: ReadonlySet<string> | undefined;
  readonly free: boolean;
  /** Whether it may have more than one line. */
  readonly lines: boolean;
  readonly lengthMax: number;
};

const lengths: Readonly<Record<string, number>> = {
  "exception.stacktrace": 8192,
  "exception.message": 2048,
  "db.query.text": 2048,
  "http.request.method_original": 32,
};

const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries(attributes)
    .filter(([, entry]) => !("exported" in entry))
    .map(([name, entry]) => [
      name,
      {
        type: entry.type,
        values: "values" in entry ? new Set<string>(entry.values) : undefined,
        free: entry.bound === "unbounded",
        lines: name === "exception.stacktrace",
        lengthMax: lengths[name] ?? 512,
      },
    ]),
);

export type Admitted = string | number | boolean;

/**
 * The allow-list, applied once, when a record leaves: undefined for a name that is not in the table or a value of another type.
 * Free text is scrubbed and cut; a value outside a closed set is left out, or `_OTHER` where the set has it.
 */
export function admit(name: string, value: unknown): Admitted | undefined {
  const rule = rules.get(name);
  if (rule === undefined || value === undefined || value === null) return undefined;
  if (rule.type === "string") return typeof value === "string" ? admitText(rule, value) : undefined;
  if (rule.type === "boolean") return typeof value === "boolean" ? value : undefined;
  return typeof value === "number" && Number.isFinite(value)
    ? rule.type === "int"
      ? Math.trunc(value)
      : value
    : undefined;
}

function admitText(rule: Rule, value: string): string | undefined {
  if (rule.values !== undefined)
    return rule.values.has(value) ? value : rule.values.has("_OTHER") ? "_OTHER" : undefined;
  if (!rule.free) return admitName(value, rule.lengthMax);
  const clean = scrubAndCut(value, rule.lengthMax);
  return rule.lines ? withoutControlInLines(clean) : withoutControl(clean);
}

const namesMax = 1000;
const names = new Map<string, string>();

/** Name of a span or an event, or a value of a bounded attribute: scrubbed and cut, and remembered, because there are few. */
export function admitName(name: string, lengthMax = 200): string {
  const known = names.get(name);
  if (known !== undefined) return known.length > lengthMax ? known.slice(0, lengthMax) : known;
  const clean = withoutControl(scrubAndCut(String(name), nameLengthMax));
  if (names.size >= namesMax) names.clear();
  names.set(name, clean);
  return clean.slice(0, lengthMax);
}
const nameLengthMax = 512;

/** Whether few values of this name are seen again and again: bounded ones, and statements, which a program has few of. */
export const isRepeated = (name: string): boolean =>
  name === "db.query.text" || rules.get(name)?.free === false;

/** Whether a number of this name is an integer on the wire. */
export const isInteger = (name: string): boolean => rules.get(name)?.type === "int";

/** All attributes of a bag that may leave. */
export function admitAll(
  ...bags: readonly (Readonly<Record<string, unknown>> | undefined)[]
): Record<string, Admitted> {
  const out: Record<string, Admitted> = {};
  for (const bag of bags) {
    for (const name in bag) {
      const value = admit(name, bag[name]);
      if (value !== undefined) out[name] = value;
    }
  }
  return out;
}
