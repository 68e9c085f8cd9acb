import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { equivalence } from "../../alerts/mutation/equivalent.ts";
import type { Mutant } from "../../alerts/mutation/mutants.ts";
import { reachOf } from "./reach.ts";
import type { Suite } from "./suite.ts";
import { type Fate, Order, tryRules } from "./try.ts";

export type Tried = Mutant & {
  readonly suite: string;
  readonly fate: Fate["fate"] | "equivalent";
  readonly by?: string;
};

/** Takes every nth mutant of each operator, the same ones for the same seed. */
export function sample(mutants: readonly Mutant[], share: number, seed: number): Mutant[] {
  const every = Math.max(1, Math.round(1 / share));
  const met = new Map<string, number>();
  return mutants.filter(({ operator }) => {
    const at = met.get(operator) ?? seed;
    met.set(operator, at + 1);
    return at % every === 0;
  });
}

/**
 * Tries mutants of one rule file, several at a time.
 *
 * @param told  is called after each one
 * @throws Error when the scenarios fail on the rules as they are: then a failure proves nothing
 */
export async function tryMutants(
  promtool: string,
  suite: Suite,
  mutants: readonly Mutant[],
  { jobs, told }: { readonly jobs: number; readonly told: (tried: Tried) => void },
): Promise<Tried[]> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-mutants-"));
  const order = new Order();
  const tried: Tried[] = [];
  const waiting = [...mutants];
  const work = async (own: string) => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const why = equivalence(mutant);
      const fate: Fate | { fate: "equivalent" } = why
        ? { fate: "equivalent" }
        : await tryRules(
            promtool,
            own,
            { ...reachOf(suite, mutant), kind: `${mutant.rule} ${mutant.operator}` },
            order,
          );
      const one = { ...mutant, suite: suite.name, ...fate };
      tried.push(one);
      told(one);
    }
  };
  try {
    const unbroken = await tryRules(promtool, join(folder, "unbroken"), { ...suite, kind: "" }, order);
    if (unbroken.fate !== "survived")
      throw new Error(`The scenarios of ${suite.name} fail on the rules as they are: run npm test.`);
    await Promise.all(Array.from({ length: jobs }, (_, at) => work(join(folder, String(at)))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return tried;
}
