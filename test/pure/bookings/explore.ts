import { setImmediate as turn } from "node:timers/promises";

/** Breadth-first over every reachable state, so the first violation found is a shortest one. */
export type Exploration<S> = {
  readonly states: number;
  readonly atRest: number;
  /** Steps that lead to the first violation, and what it is; undefined when there is none. */
  readonly violation:
    | { readonly what: string; readonly steps: readonly string[]; readonly state: S }
    | undefined;
};

export type System<S> = {
  readonly initial: S;
  encode(state: S): string;
  next(state: S): Iterable<readonly [step: string, state: S]>;
  isAtRest(state: S): boolean;
  violationOf(state: S): string | undefined;
};

/** The test runner takes a process that answers nothing for a minute for a dead one. */
const statesPerTurn = 5_000;

export async function explore<S>(system: System<S>, statesMax: number): Promise<Exploration<S>> {
  const seen = new Set<string>([system.encode(system.initial)]);
  const queue: S[] = [system.initial];
  const origin: { readonly parent: number; readonly step: string }[] = [{ parent: -1, step: "start" }];
  let atRest = 0;
  for (let at = 0; at < queue.length; at++) {
    if (at % statesPerTurn === 0) await turn();
    const state = queue[at] as S;
    const what = system.violationOf(state);
    if (what) return { states: seen.size, atRest, violation: { what, steps: trail(origin, at), state } };
    if (system.isAtRest(state)) atRest++;
    for (const [step, following] of system.next(state)) {
      const key = system.encode(following);
      if (seen.has(key)) continue;
      if (seen.size >= statesMax)
        throw new Error(`more than ${statesMax} states: the model is not bounded as it should be`);
      seen.add(key);
      queue.push(following);
      origin.push({ parent: at, step });
    }
    queue[at] = undefined as S;
  }
  return { states: seen.size, atRest, violation: undefined };
}

function trail(origin: readonly { parent: number; step: string }[], end: number): string[] {
  const steps: string[] = [];
  for (let at = end; at > 0; at = origin[at]?.parent ?? 0) steps.unshift(origin[at]?.step ?? "?");
  return steps;
}
