import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { access } from "../../platform/access.ts";
import { problems } from "../../platform/contract.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { tenantView } from "./contract.ts";

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

export function tenantRoutes() {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });
  app.openapi(show, (c) => {
    const { createdAt, ...tenant } = c.get("tenant");
    return c.json({ ...tenant, created_at: new Date(createdAt).toISOString() }, 200);
  });
  return app;
}
