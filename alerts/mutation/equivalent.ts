import type { Mutant } from "./mutants.ts";

type Proof = { readonly holds: (mutant: Mutant) => boolean; readonly because: string };

/** Changes that no data can tell from the original; each with its proof. Nothing else is left out of the count. */
const proofs: readonly Proof[] = [
  {
    holds: ({ operator, before }) =>
      operator === "label dropped" && /or 0 \* sum by \([^)]*\) \(rate\([^[]*$/.test(before),
    because:
      "A wider zero-fill: where valid events exist both selectors give 0, elsewhere the ratio has no denominator and a count of 0 passes no minimum.",
  },
  {
    holds: ({ operator, removed, expr }) =>
      operator === "label dropped" && /^,?slo="[^"]*",?$/.test(removed) && expr.split('slo="').length > 2,
    because:
      "The other operand names the promise, and `and`, `unless` and `/` join on all labels, so series of other promises find no partner.",
  },
];

/** Why a mutant behaves like the original; undefined when it does not, as far as anybody has proven. */
export const equivalence = (mutant: Mutant): string | undefined =>
  proofs.find(({ holds }) => holds(mutant))?.because;
