import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { access } from "../../platform/access.ts";
import { json, problems } from "../../platform/contract.ts";
import { AppError } from "../../platform/errors.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { credentials, me, publicKeys, registered, registration, signedIn } from "./contract.ts";
import { logIn } from "./log-in.ts";
import type { AuthDeps, User } from "./ports.ts";
import { registerTenant } from "./register-tenant.ts";

const register = createRoute({
  ...access.open,
  method: "post",
  path: "/v1/auth/register",
  tags: ["auth"],
  summary: "Register a tenant with its owner",
  request: { body: { required: true, content: json(registration) } },
  responses: {
    201: { description: "Both were made. Log in next.", content: json(registered) },
    ...problems("invalid_request", "malformed_body", "slug_taken"),
  },
});

const login = createRoute({
  ...access.tenant,
  method: "post",
  path: "/v1/auth/login",
  tags: ["auth"],
  summary: "Log in",
  description: "Browsers keep the cookie; other clients send the token as `Authorization: Bearer`.",
  request: { body: { required: true, content: json(credentials) } },
  responses: {
    200: { description: "A session is open.", content: json(signedIn) },
    ...problems("invalid_request", "malformed_body", "unauthenticated", "not_found"),
  },
});

const logout = createRoute({
  ...access.session,
  method: "post",
  path: "/v1/auth/logout",
  tags: ["auth"],
  summary: "Log out",
  description: "Ends the session: its token is refused from now on. Log in again for the next request.",
  responses: {
    204: { description: "The session is over." },
    ...problems("unauthenticated", "forbidden", "not_found"),
  },
});

const showMe = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/auth/me",
  tags: ["auth"],
  summary: "Show who is signed in",
  responses: {
    200: { description: "The user.", content: json(me) },
    ...problems("unauthenticated", "not_found"),
  },
});

const keys = createRoute({
  ...access.open,
  method: "get",
  path: "/.well-known/jwks.json",
  tags: ["auth"],
  summary: "Public keys that check our tokens",
  responses: { 200: { description: "JSON Web Key Set.", content: json(publicKeys) } },
});

export function authRoutes(deps: AuthDeps) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });

  app.openapi(register, async (c) => {
    const { tenant, owner } = c.req.valid("json");
    const result = await registerTenant(deps, {
      slug: tenant.slug,
      tenantName: tenant.name,
      ownerName: owner.name,
      email: owner.email,
      password: owner.password,
    });
    if (result.outcome !== "registered") throw refusedSlug(result.outcome);
    const { id, slug, name } = result.tenant;
    return c.json({ tenant: { id, slug, name }, owner: onWire(result.owner) }, 201);
  });

  app.openapi(login, async (c) => {
    const result = await logIn(deps, c.get("tenant"), c.req.valid("json"));
    if (result.outcome === "refused")
      throw new AppError("unauthenticated", "The e-mail address or the password is wrong.");
    keepCookie(c, result.token, result.expiresAt);
    const expires_at = new Date(result.expiresAt).toISOString();
    return c.json(
      { token: result.token, token_type: "Bearer" as const, expires_at, user: onWire(result.user) },
      200,
    );
  });

  app.openapi(logout, async (c) => {
    await deps.sessions.revoke(c.get("session").id, deps.clock());
    deleteCookie(c, cookieName, { prefix: "host", path: "/", secure: true });
    return c.body(null, 204);
  });

  app.openapi(showMe, async (c) => {
    const [tenant, session] = [c.get("tenant"), c.get("session")];
    const user = await deps.accounts.byId(tenant.id, session.userId);
    if (!user) throw new AppError("unauthenticated", "The account is gone.");
    const { id, slug, name } = tenant;
    const expires_at = new Date(session.expiresAt).toISOString();
    return c.json(
      { user: onWire(user), tenant: { id, slug, name }, session: { id: session.id, expires_at } },
      200,
    );
  });

  app.openapi(keys, async (c) =>
    c.json(await deps.tokens.publicKeys(), 200, { "cache-control": "public, max-age=300" }),
  );

  return app;
}

const cookieName = "frontdesk";

function keepCookie(c: Context, token: string, expiresAt: number): void {
  const expires = new Date(expiresAt);
  setCookie(c, cookieName, token, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    expires,
  });
}

const onWire = ({ id, email, name, role }: User) => ({ id, email, name, role });

const slugFaults = {
  slug_taken: ["Another tenant has this slug; choose another.", "is taken: choose another"],
  slug_reserved: [
    "This slug is reserved for hosts of Frontdesk; choose another.",
    "is reserved: choose another",
  ],
} as const;

function refusedSlug(outcome: keyof typeof slugFaults): AppError {
  const [message, detail] = slugFaults[outcome];
  return new AppError("slug_taken", message, { errors: [{ pointer: "#/tenant/slug", detail }] });
}
