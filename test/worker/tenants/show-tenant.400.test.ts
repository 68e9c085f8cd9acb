import { expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { call, env, pointersOf, problemOf, request } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

it("refuses a host that names one tenant with a header that names another", async () => {
  const [mine, other] = [await openHouse(), await openHouse()];
  const headers = { authorization: `Bearer ${other.token}`, "x-tenant": other.tenant.slug };
  const response = await call("GET", "/v1/tenant", { host: mine.host, headers });
  expect(response.status).toBe(400);
  const problem = await problemOf(response);
  expect(problem.detail).toContain("X-Tenant");
  expect(pointersOf(problem)).toEqual(["X-Tenant"]);
});

it("serves the header on hosts that name no tenant", async () => {
  const house = await openHouse();
  const headers = { authorization: `Bearer ${house.token}`, "x-tenant": house.tenant.slug };
  for (const host of ["localhost", "127.0.0.1", "staging.example"])
    expect((await call("GET", "/v1/tenant", { host, headers })).status, host).toBe(200);
});

it("does not look at the header where the environment denies it", async () => {
  const [mine, other] = [await openHouse(), await openHouse()];
  const deps = buildDeps({ ...env, ENVIRONMENT: "production", TENANT_OVERRIDE: "deny" });
  const init = mine.authorized({ headers: { "x-tenant": other.tenant.slug } });
  const response = await createApp(deps).fetch(request("GET", "/v1/tenant", init), env);
  expect(response.status).toBe(200);
  expect((await response.json<{ id: string }>()).id).toBe(mine.tenant.id);
});
