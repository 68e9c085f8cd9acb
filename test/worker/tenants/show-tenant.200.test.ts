import { expect, it } from "vitest";
import { call } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

it("shows the tenant of the host", async () => {
  const house = await openHouse();
  const response = await house.call("GET", "/v1/tenant");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    id: house.tenant.id,
    slug: house.tenant.slug,
    name: "House",
    tier: "pro",
    created_at: new Date(house.tenant.createdAt).toISOString(),
  });
});

it("takes the tenant from X-Tenant where the environment allows it", async () => {
  const house = await openHouse();
  const headers = { authorization: `Bearer ${house.token}`, "x-tenant": house.tenant.slug };
  expect((await call("GET", "/v1/tenant", { headers })).status).toBe(200);
});

it("takes a host and a header that name the same tenant", async () => {
  const house = await openHouse();
  const headers = { "x-tenant": house.tenant.slug.toUpperCase() };
  expect((await house.call("GET", "/v1/tenant", { headers })).status).toBe(200);
});
