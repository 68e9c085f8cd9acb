import { expect, it } from "vitest";
import { openHouse } from "../support/house.ts";

it("shows the user, the tenant and when the session ends", async () => {
  const house = await openHouse();
  const response = await house.call("GET", "/v1/auth/me");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    user: { id: house.owner.id, email: house.owner.email, name: "Owner", role: "owner" },
    tenant: { id: house.tenant.id, slug: house.tenant.slug, name: "House" },
    session: { id: house.session.id, expires_at: new Date(house.session.expiresAt).toISOString() },
  });
});

it("takes the cookie too", async () => {
  const house = await openHouse();
  const headers = { cookie: `__Host-frontdesk=${house.token}` };
  const { call } = await import("../support/api.ts");
  expect((await call("GET", "/v1/auth/me", { host: house.host, headers })).status).toBe(200);
});
