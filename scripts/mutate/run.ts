import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { equivalence } from "../../alerts/mutation/equivalent.ts";
import type { Mutant } from "../../alerts/mutation/mutants.ts";
import { neededBy, reachOf } from "./reach.ts";
import type { Suite } from "./suite.ts";
import { type Fate, keyOf, Order, tryRules } from "./try.ts";

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
  const tried: Tried[] = [];
  const waiting = [...mutants];
  const work = async (own: string, order: Order) => {
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
    const order = new Order(await timesOf(promtool, join(folder, "unbroken"), suite));
    await Promise.all(Array.from({ length: jobs }, (_, at) => work(join(folder, String(at)), order)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return tried;
}

/** Milliseconds that each scenario takes on the rules as they are. @throws Error when one fails */
async function timesOf(promtool: string, folder: string, suite: Suite): Promise<Map<string, number>> {
  const took = new Map<string, number>();
  for (const test of suite.tests) {
    const began = performance.now();
    const groups = neededBy(suite.groups, [test]);
    const { fate } = await tryRules(promtool, folder, { groups, tests: [test], kind: "" }, new Order(took));
    if (fate !== "survived")
      throw new Error(`"${test.name}" of ${suite.name} fails on the rules as they are: run npm test.`);
    took.set(keyOf(test), performance.now() - began);
  }
  return took;
}
