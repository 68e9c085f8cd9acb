import { z } from "@hono/zod-openapi";
import { displayName } from "../../platform/contract.ts";
import { slugPattern } from "../../platform/slug.ts";

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "must have at most 254 characters")
  .pipe(z.email("must be an e-mail address, such as owner@demo.example"))
  .openapi({ format: "email", example: "owner@demo.example" });

export const registration = z
  .strictObject({
    tenant: z.strictObject({
      slug: z
        .string()
        .regex(
          slugPattern,
          "must have 3 to 40 lower-case letters, digits or inner hyphens, and begin with a letter",
        )
        .openapi({
          example: "acme",
          description:
            "Becomes the subdomain. 3 to 40 lower-case letters, digits or inner hyphens, beginning with a letter; some, such as `www`, are reserved.",
        }),
      name: displayName(80, "must be the name of the business").openapi({ example: "Acme Rooms" }),
    }),
    owner: z.strictObject({
      name: displayName(80, "must be the name of the owner").openapi({ example: "Ada Owner" }),
      email,
      password: z
        .string()
        .min(10, "must have at least 10 characters")
        .max(128, "must have at most 128 characters")
        .openapi({ format: "password", example: "a-long-password" }),
    }),
  })
  .openapi("Registration");

export const credentials = z
  .strictObject({
    email,
    password: z
      .string()
      .min(1, "is required")
      .max(128, "must have at most 128 characters")
      .openapi({ format: "password", example: "demo-password-1" }),
  })
  .openapi("Credentials");

export const userView = z
  .object({
    id: z.string().openapi({ example: "user_01m7ymknwbe8h9nmzv6sj1ryhy" }),
    email: z.string().openapi({ format: "email", example: "owner@demo.example" }),
    name: z.string().openapi({ example: "Ada Owner" }),
    role: z.enum(["owner", "staff"]),
  })
  .openapi("User");

const tenantName = z.object({ id: z.string(), slug: z.string(), name: z.string() });

export const registered = z.object({ tenant: tenantName, owner: userView }).openapi("Registered");

export const signedIn = z
  .object({
    token: z.string(),
    token_type: z.literal("Bearer"),
    expires_at: z.iso.datetime(),
    user: userView,
  })
  .openapi("SignedIn");

export const me = z
  .object({
    user: userView,
    tenant: tenantName,
    session: z.object({ id: z.string(), expires_at: z.iso.datetime() }),
  })
  .openapi("Me");

const publicKey = z.object({
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  alg: z.string(),
  use: z.string(),
});

export const publicKeys = z.object({ keys: z.array(publicKey) }).openapi("PublicKeys");
