import { accountStore, sessionStore } from "../../../src/features/auth/store.ts";
import { signedTokens } from "../../../src/features/auth/token.ts";
import { tenantStore } from "../../../src/features/tenants/store.ts";
import type { Tenant } from "../../../src/platform/access.ts";
import { openDb } from "../../../src/platform/db.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { type Call, call, env } from "./api.ts";

export type House = Awaited<ReturnType<typeof openHouse>>;

/** A tenant of its own with a signed-in owner, made without the cost of hashing a password. */
export async function openHouse(at = Date.now()) {
  const db = openDb(env.DB);
  const tenants = tenantStore(db);
  const tenant = newTenant(at);
  const email = "owner@house.example";
  const owner = { id: randomIds("user"), tenantId: tenant.id, email, name: "Owner", role: "owner" as const };
  const session = {
    id: randomIds("session"),
    tenantId: tenant.id,
    userId: owner.id,
    createdAt: at,
    expiresAt: at + 3_600_000,
  };
  await accountStore(db, tenants).create(tenant, { ...owner, passwordHash: "none", createdAt: at });
  await sessionStore(db, tenants).open(session);
  const token = await signedTokens(env.JWT_KEYS, "https://localhost", () => at).issue(session);
  const host = `${tenant.slug}.localhost`;
  const authorized = (init: Call = {}): Call => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
    return { host, ...init, headers };
  };
  return {
    tenant,
    owner,
    session,
    token,
    host,
    authorized,
    /** A request of the signed-in owner to this tenant's host. */
    call: (method: string, path: string, init?: Call) => call(method, path, authorized(init)),
  };
}

/** Makes a room through the API. */
export async function makeRoom(
  house: House,
  name = "Blue Room",
  capacity = 4,
): Promise<{ id: string; etag: string }> {
  const response = await house.call("POST", "/v1/rooms", { json: { name, capacity } });
  const { id } = await response.json<{ id: string }>();
  return { id, etag: response.headers.get("etag") ?? "" };
}

function newTenant(createdAt: number): Tenant {
  const id = randomIds("tenant");
  return { id, slug: `house-${id.slice(-12)}`, name: "House", tier: "pro", createdAt };
}
