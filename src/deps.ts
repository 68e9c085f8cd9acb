import type { AuthDeps } from "./features/auth/ports.ts";
import { accountStore, sessionStore } from "./features/auth/store.ts";
import { signedTokens } from "./features/auth/token.ts";
import { bindingQuestions } from "./features/health/client.ts";
import type { HealthDeps } from "./features/health/ports.ts";
import type { RoomDeps } from "./features/rooms/ports.ts";
import { roomStore } from "./features/rooms/store.ts";
import type { TenantDeps } from "./features/tenants/ports.ts";
import { tenantStore } from "./features/tenants/store.ts";
import { type Clock, systemClock } from "./platform/clock.ts";
import { openDb } from "./platform/db.ts";
import { type Env, parseEnv, type Settings } from "./platform/env.ts";
import { type Ids, randomIds } from "./platform/ids.ts";

/** Everything the app is made of: ports and settings, never a stub or a session of one request. */
export type Deps = {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tenants: TenantDeps;
  readonly auth: AuthDeps;
  readonly rooms: RoomDeps;
  readonly health: HealthDeps;
};

type Outside = { readonly clock: Clock; readonly ids: Ids };

/** The composition root: the one place where features meet each other and their bindings. */
export function buildDeps(env: Env, outside: Outside = { clock: systemClock, ids: randomIds }): Deps {
  const settings = parseEnv(env);
  const db = openDb(env.DB);
  const tenants = tenantStore(db);
  return {
    settings,
    ...outside,
    tenants: { ...outside, tenants },
    auth: {
      ...outside,
      accounts: accountStore(db, tenants.insertion),
      sessions: sessionStore(db),
      tokens: signedTokens(settings.jwtKeys, `https://${settings.baseDomain}`, outside.clock),
    },
    rooms: { ...outside, rooms: roomStore(db), occupied: async () => [] },
    health: healthDeps(env, settings, outside.clock),
  };
}

function healthDeps(env: Env, settings: Settings, clock: Clock): HealthDeps {
  const calendars = env.ROOM_CALENDAR as unknown as { getByName(name: string): { ping(): Promise<unknown> } };
  const dependencies = {
    ...bindingQuestions(env),
    durable_object: () => calendars.getByName("health").ping(),
  };
  return { clock, release: settings.release, token: settings.healthToken, dependencies };
}

const built = new WeakMap<Env, Deps>();

/** `buildDeps`, once per isolate. */
export function depsOf(env: Env): Deps {
  const found = built.get(env) ?? buildDeps(env);
  built.set(env, found);
  return found;
}
