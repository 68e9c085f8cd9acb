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

export const removalQuery = z.strictObject({
  confirm: z
    .string({ error: "must be the slug of the tenant to remove" })
    // No slug, so that nobody removes a house by pasting what the page shows.
    .openapi({ example: "SLUG", description: "The slug of the tenant, as a confirmation." }),
});
