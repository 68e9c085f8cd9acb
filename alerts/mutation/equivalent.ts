import { type Duration, seconds } from "../../telemetry/derive/windows.ts";
import type { Mutant } from "./mutants.ts";

type Proof = { readonly holds: (mutant: Mutant) => boolean; readonly because: string };

const inZeroFill = /or 0 \* sum by \([^)]*\) \(rate\([^[]*\[?$/;
/** Within what a join on some labels only brings in. */
const insideOn = /\bon \([^)]*\) ?\(?[^)]*$/;
/** A count of a plain selector, with a label put on it or not. */
const countsWhatIsThere =
  /(?:label_replace\()?count by \([^()]*\) \(\w+\{[^{}]*\}\)(?:(?:, "[^"]*"){4}\))? ?$/;
const namesThePromise = /^,?slo="[^"]*",?$/;
const isWider = ({ operator, removed, inserted }: Mutant) =>
  operator === "label dropped" ||
  (operator === "window swapped" && seconds(inserted as Duration) > seconds(removed as Duration));

/** Changes that no data can tell from the original; each with its proof. Nothing else is left out of the count. */
const proofs: readonly Proof[] = [
  {
    holds: (mutant) => inZeroFill.test(mutant.before) && isWider(mutant),
    because:
      "A wider zero-fill: where valid events exist both selectors give 0, elsewhere the ratio has no denominator and a count of 0 passes no minimum.",
  },
  {
    holds: ({ operator, removed, before, expr }) =>
      operator === "label dropped" &&
      namesThePromise.test(removed) &&
      !insideOn.test(before) &&
      !expr.includes("ignoring") &&
      expr.split('slo="').length > 2,
    because:
      "The other operand names the promise, and `and` and `/` join on all labels, so series of other promises find no partner.",
  },
  {
    holds: ({ operator, removed, before, expr }) =>
      operator === "label dropped" &&
      /(?:unless|\/) \w+\{[^}]*$/.test(before) &&
      expr.split(removed.replace(/^,|,$/g, "")).length > 2,
    because: "The left operand has the same condition, and `unless` and `/` join on all labels.",
  },
  {
    holds: ({ operator, removed, before, expr }) => {
      const after = expr.slice(before.length + removed.length);
      const [, partner] = /^[^{}]*\} \/ \w+\{([^}]*)\}/.exec(after) ?? [];
      return operator === "label dropped" && partner?.includes(removed.replace(/^,|,$/g, "")) === true;
    },
    because: "The right operand of `/` has the same condition, and joins on all labels.",
  },
  {
    holds: ({ operator, removed, before, expr }) =>
      ((operator === "edge moved" && expr.startsWith("> 0", before.length)) ||
        (operator === "comparison dropped" && removed === " > 0")) &&
      countsWhatIsThere.test(before),
    because: "`count` is never 0: where nothing is, it has no result.",
  },
  {
    holds: ({ operator, change, whole }) =>
      operator === "label dropped" &&
      change === "label slo → nothing" &&
      /\{slo="/.test(whole) &&
      !/sum by|max by|ignoring/.test(whole),
    because: "All that the rule reads carries the label already, and nothing in it takes labels away.",
  },
];

/** Why a mutant behaves like the original; undefined when it does not, as far as anybody has proven. */
export const equivalence = (mutant: Mutant): string | undefined =>
  proofs.find(({ holds }) => holds(mutant))?.because;
