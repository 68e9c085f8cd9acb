import { span } from "../../../telemetry/kit/index.ts";
import type { Tenant } from "../../platform/access.ts";
import { hashPassword } from "./password.ts";
import type { AuthDeps, User } from "./ports.ts";

export type Registration = {
  readonly slug: string;
  readonly tenantName: string;
  readonly ownerName: string;
  readonly email: string;
  readonly password: string;
};
export type Registered =
  | { outcome: "registered"; tenant: Tenant; owner: User }
  | { outcome: "slug_taken" }
  | { outcome: "slug_reserved" };

/** Labels that our own hosts use or may come to use. */
const reserved = new Set([
  "www",
  "api",
  "app",
  "admin",
  "docs",
  "mail",
  "status",
  "staging",
  "support",
  "static",
  "frontdesk",
]);

/** Makes a tenant with its owner: both or neither. */
export function registerTenant(deps: AuthDeps, asked: Registration): Promise<Registered> {
  return span("auth.register", {}, async (active) => {
    const result = reserved.has(asked.slug)
      ? ({ outcome: "slug_reserved" } as const)
      : await register(deps, asked);
    active.annotate({ "frontdesk.outcome": result.outcome });
    if (result.outcome === "registered") active.annotate({ "frontdesk.event.name": "tenant.registered" });
    return result;
  });
}

async function register(deps: AuthDeps, asked: Registration): Promise<Registered> {
  const createdAt = deps.clock();
  const tenant: Tenant = {
    id: deps.ids("tenant"),
    slug: asked.slug,
    name: asked.tenantName,
    tier: "free",
    createdAt,
  };
  const owner: User = {
    id: deps.ids("user"),
    tenantId: tenant.id,
    email: asked.email,
    name: asked.ownerName,
    role: "owner",
  };
  const passwordHash = await hashPassword(asked.password);
  const stored = await deps.accounts.create(tenant, { ...owner, passwordHash, createdAt });
  return stored === "created" ? { outcome: "registered", tenant, owner } : { outcome: "slug_taken" };
}
