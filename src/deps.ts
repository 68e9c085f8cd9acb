import { bindingQuestions } from "./features/health/client.ts";
import type { HealthDeps } from "./features/health/ports.ts";
import { type Clock, systemClock } from "./platform/clock.ts";
import { type Env, parseEnv, type Settings } from "./platform/env.ts";
import { type Ids, randomIds } from "./platform/ids.ts";

/** Everything the app is made of: ports and settings, never a stub or a session of one request. */
export type Deps = {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly health: HealthDeps;
};

/** The composition root: the one place where features meet each other and their bindings. */
export function buildDeps(
  env: Env,
  outside: { clock: Clock; ids: Ids } = { clock: systemClock, ids: randomIds },
): Deps {
  const settings = parseEnv(env);
  const { clock, ids } = outside;
  const calendar = env.ROOM_CALENDAR as unknown as { getByName(name: string): { ping(): Promise<unknown> } };
  return {
    settings,
    clock,
    ids,
    health: {
      clock,
      release: settings.release,
      token: settings.healthToken,
      dependencies: { ...bindingQuestions(env), durable_object: () => calendar.getByName("health").ping() },
    },
  };
}

const built = new WeakMap<Env, Deps>();

/** `buildDeps`, once per isolate. */
export function depsOf(env: Env): Deps {
  const found = built.get(env) ?? buildDeps(env);
  built.set(env, found);
  return found;
}
