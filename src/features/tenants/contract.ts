import { z } from "@hono/zod-openapi";

export const tenantView = z
  .object({
    id: z.string().openapi({ example: "tenant_01m7ymknwbe8h9nmzv6sj1ryhy" }),
    slug: z.string().openapi({ example: "demo" }),
    name: z.string().openapi({ example: "Demo House" }),
    tier: z.enum(["free", "pro", "internal"]),
    created_at: z.iso.datetime(),
  })
  .openapi("Tenant");
