import { expect, it } from "vitest";
import { openHouse } from "../support/house.ts";

it("ends the session: the token is refused from then on", async () => {
  const house = await openHouse();
  const response = await house.call("POST", "/v1/auth/logout");
  expect(response.status).toBe(204);
  expect(response.headers.get("set-cookie")).toMatch(/^__Host-frontdesk=; Max-Age=0; Path=\/; Secure/);
  expect((await house.call("GET", "/v1/auth/me")).status).toBe(401);
});

it("ends no other session", async () => {
  const [one, two] = [await openHouse(), await openHouse()];
  await one.call("POST", "/v1/auth/logout");
  expect((await two.call("GET", "/v1/auth/me")).status).toBe(200);
});
