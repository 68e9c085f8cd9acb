import { span } from "../../../telemetry/kit/index.ts";
import type { Tenant } from "../../platform/access.ts";
import { passwordMatches } from "./password.ts";
import type { AuthDeps, NewSession, User } from "./ports.ts";

export type Credentials = { readonly email: string; readonly password: string };
export type LoggedIn =
  | { outcome: "signed_in"; token: string; expiresAt: number; user: User }
  | { outcome: "refused" };

const sessionLastsMs = 12 * 60 * 60 * 1000;

/** Checks a password and opens a session. An unknown e-mail address gets the same answer after the same work. */
export function logIn(deps: AuthDeps, tenant: Tenant, given: Credentials): Promise<LoggedIn> {
  return span("auth.login", {}, async (active) => {
    const result = await check(deps, tenant, given);
    active.annotate({ "frontdesk.outcome": result.outcome });
    if (result.outcome === "signed_in") active.annotate({ "frontdesk.event.name": "user.login" });
    return result;
  });
}

async function check(deps: AuthDeps, tenant: Tenant, given: Credentials): Promise<LoggedIn> {
  const found = await deps.accounts.byEmail(tenant.id, given.email);
  const matches = await passwordMatches(given.password, found?.passwordHash);
  if (!found || !matches) return { outcome: "refused" };
  const { passwordHash: _, ...user } = found;
  const session = newSession(deps, user);
  await deps.sessions.open(session);
  return {
    outcome: "signed_in",
    token: await deps.tokens.issue(session),
    expiresAt: session.expiresAt,
    user,
  };
}

function newSession(deps: AuthDeps, user: User): NewSession {
  const createdAt = deps.clock();
  return {
    id: deps.ids("session"),
    tenantId: user.tenantId,
    userId: user.id,
    createdAt,
    expiresAt: createdAt + sessionLastsMs,
  };
}
