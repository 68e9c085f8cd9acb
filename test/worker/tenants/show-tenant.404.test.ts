import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { call, env, problemOf, request } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

describe("no tenant is found", () => {
  const hosts: Record<string, (slug: string) => string> = {
    "on the base domain": () => "localhost",
    "on a label that nobody has": () => "nobody-has-this.localhost",
    "on a host that only ends alike": (slug) => `${slug}localhost`,
    "on another domain": (slug) => `${slug}.example`,
    "two labels deep": (slug) => `${slug}.x.localhost`,
    "behind a name that is no slug": () => "a.localhost",
  };
  for (const [name, host] of Object.entries(hosts))
    it(name, async () => {
      const house = await openHouse();
      const headers = { authorization: `Bearer ${house.token}` };
      const response = await call("GET", "/v1/tenant", { host: host(house.tenant.slug), headers });
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe("not_found");
    });

  it("by X-Tenant where the environment denies it", async () => {
    const house = await openHouse();
    const deps = buildDeps({ ...env, ENVIRONMENT: "production", TENANT_OVERRIDE: "deny" });
    const headers = { authorization: `Bearer ${house.token}`, "x-tenant": house.tenant.slug };
    const answer = await createApp(deps).fetch(request("GET", "/v1/tenant", { headers }), env);
    expect(answer.status).toBe(404);
    expect((await problemOf(answer)).detail).not.toContain("X-Tenant");
  });
});
