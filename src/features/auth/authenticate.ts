import type { Session, Tenant } from "../../platform/access.ts";
import type { AuthDeps } from "./ports.ts";

/** The live session of this tenant that a token stands for. The row decides, so logging out ends a token at once. */
export async function authenticate(
  deps: AuthDeps,
  token: string,
  tenant: Tenant,
): Promise<Session | undefined> {
  const claims = await deps.tokens.verify(token);
  if (claims?.tenant !== tenant.id) return undefined;
  return deps.sessions.live(tenant.id, claims.session, deps.clock());
}
