import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { access } from "../../platform/access.ts";
import { problems } from "../../platform/contract.ts";
import { AppError } from "../../platform/errors.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { removalQuery, tenantView } from "./contract.ts";
import type { TenantDeps } from "./ports.ts";
import { removeTenant } from "./remove-tenant.ts";

const show = createRoute({
  ...access.session,
  method: "get",
  path: "/v1/tenant",
  tags: ["tenants"],
  summary: "Show the tenant of this host",
  responses: {
    200: { description: "The tenant.", content: { "application/json": { schema: tenantView } } },
    ...problems("unauthenticated", "not_found"),
  },
});

const remove = createRoute({
  ...access.session,
  method: "delete",
  path: "/v1/tenant",
  tags: ["tenants"],
  summary: "Remove the tenant of this host",
  description:
    "For owners, and for good: rooms, bookings, people, history. As it stands here the command is refused: put your own host or header, your token and your slug into it. Nobody comes in from then on; for some seconds a login may still say 401 instead of 404. What is stored goes within a few minutes, and then the slug is free.",
  request: { query: removalQuery },
  responses: {
    204: { description: "The tenant is removed." },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

export function tenantRoutes(deps: Pick<TenantDeps, "clock" | "removals">) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });
  app.openapi(show, (c) => {
    const { createdAt, ...tenant } = c.get("tenant");
    return c.json({ ...tenant, created_at: new Date(createdAt).toISOString() }, 200);
  });

  app.openapi(remove, async (c) => {
    const [tenant, session] = [c.get("tenant"), c.get("session")];
    const outcome = await removeTenant(deps, tenant, session, c.req.valid("query").confirm);
    if (outcome === "not_owner") throw new AppError("forbidden", "Only an owner may remove the tenant.");
    if (outcome === "not_confirmed") throw notConfirmed(tenant.slug);
    return c.body(null, 204);
  });
  return app;
}

const notConfirmed = (slug: string) =>
  new AppError("invalid_request", "The removal is not confirmed; nothing was changed.", {
    errors: [{ pointer: "confirm", detail: `must be ${slug}, the slug of the tenant to remove` }],
  });
