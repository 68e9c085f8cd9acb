// Pure, no k6: k6 counts by this while it runs, and the verdict judges by it afterwards.

/** A condition on an answer: whether the whole value fits the pattern must equal `fits`. */
export type Check = { readonly label: string; readonly pattern: string; readonly fits: boolean };

/** Which answers a promise counts, and which of them are good. */
export type Rule = {
  readonly valid: readonly Check[];
  readonly good: readonly Check[] | { readonly withinMs: number };
};

/** What a client knows of an answer, by the names of the attributes. */
export type Labels = Readonly<Record<string, string>>;

/** Whether an answer keeps a promise; undefined when it is none of its business. */
export function keeps({ valid, good }: Rule, labels: Labels, durationMs: number): boolean | undefined {
  if (!all(valid, labels)) return undefined;
  return "withinMs" in good ? durationMs <= good.withinMs : all(good, labels);
}

/** @param status  0 when there was no answer: as far as the caller can tell a failure of ours */
export const labelsOf = (method: string, route: string, status: number): Labels => ({
  "http.request.method": method,
  "http.route": route,
  "http.response.status_code": String(status || 599),
});

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern);
  patterns.set(pattern, known);
  return known;
}

const all = (checks: readonly Check[], labels: Labels) =>
  checks.every(({ label, pattern, fits }) => compiled(pattern).test(labels[label] ?? "") === fits);
