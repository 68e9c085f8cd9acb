import { expect, it } from "vitest";
import { call, env } from "../support/api.ts";

const owner = { name: "Ada", email: "  Ada@Example.COM ", password: "a-long-password" };

it("makes a tenant and its owner, and never shows the password", async () => {
  const response = await call("POST", "/v1/auth/register", {
    json: { tenant: { slug: "made", name: "Made" }, owner },
  });
  expect(response.status).toBe(201);
  const text = await response.text();
  expect(text).not.toContain("password");
  expect(JSON.parse(text)).toMatchObject({
    tenant: { slug: "made", name: "Made" },
    owner: { email: "ada@example.com", role: "owner" },
  });
});

it("stores scrypt's cost beside the hash, and not the password", async () => {
  await call("POST", "/v1/auth/register", { json: { tenant: { slug: "stored", name: "Stored" }, owner } });
  const row = await env.DB.prepare(
    "SELECT email, password_hash FROM users JOIN tenants ON tenants.id = tenant_id WHERE slug = 'stored'",
  ).first<{ email: string; password_hash: string }>();
  expect(row?.email).toBe("ada@example.com");
  expect(row?.password_hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}==\$[\w+/]{43}=$/);
});

it("lets one e-mail address own two tenants", async () => {
  for (const slug of ["first-of-two", "second-of-two"]) {
    const response = await call("POST", "/v1/auth/register", {
      json: { tenant: { slug, name: slug }, owner },
    });
    expect(response.status).toBe(201);
  }
});
