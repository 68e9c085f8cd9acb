import { beforeAll, describe, expect, it } from "vitest";
import { call } from "../support/api.ts";

const owner = { name: "Ada", email: "ada@example.com", password: "a-long-password" };
const login = (json: unknown) => call("POST", "/v1/auth/login", { host: "login.localhost", json });

describe("a registered owner", () => {
  beforeAll(async () => {
    await call("POST", "/v1/auth/register", { json: { tenant: { slug: "login", name: "Login" }, owner } });
  });

  it("gets a token that opens the tenant's routes", async () => {
    const response = await login({ email: " ADA@example.com", password: owner.password });
    expect(response.status).toBe(200);
    const body = await response.json<{ token: string; token_type: string; expires_at: string }>();
    expect(body.token_type).toBe("Bearer");
    expect(Date.parse(body.expires_at)).toBeGreaterThan(Date.now());
    const headers = { authorization: `Bearer ${body.token}` };
    expect((await call("GET", "/v1/auth/me", { host: "login.localhost", headers })).status).toBe(200);
  });

  it("gets a cookie that no script and no other site can use", async () => {
    const cookie =
      (await login({ email: owner.email, password: owner.password })).headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-frontdesk=[\w-]+\.[\w-]+\.[\w-]+; /);
    for (const part of ["Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Expires="])
      expect(cookie).toContain(part);
    expect(cookie).not.toContain("Domain");
  });

  it("may type the same password in another Unicode form", async () => {
    const password = "pa\u0301ssword-1";
    const json = { tenant: { slug: "unicode", name: "U" }, owner: { ...owner, password } };
    await call("POST", "/v1/auth/register", { json });
    const composed = { email: owner.email, password: password.normalize("NFC") };
    expect((await call("POST", "/v1/auth/login", { host: "unicode.localhost", json: composed })).status).toBe(
      200,
    );
  });
});
