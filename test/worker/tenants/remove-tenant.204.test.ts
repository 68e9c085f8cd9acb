import { expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { call, env, problemOf, request } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

const owner = { name: "Ada", email: "ada@gone.example", password: "correct horse battery" };
const credentials = { email: owner.email, password: owner.password };

const register = (slug: string) =>
  call("POST", "/v1/auth/register", { json: { tenant: { slug, name: "Gone" }, owner } });
const remove = (house: Awaited<ReturnType<typeof openHouse>>) =>
  house.call("DELETE", `/v1/tenant?confirm=${house.tenant.slug}`);

it("ends every session of the tenant at once, and answers with nothing", async () => {
  const house = await openHouse();
  expect((await house.call("GET", "/v1/auth/me")).status).toBe(200);
  const response = await remove(house);
  expect([response.status, await response.text()]).toEqual([204, ""]);
  expect((await house.call("GET", "/v1/auth/me")).status).toBe(401);
  expect((await remove(house)).status).toBe(401);
});

it("lets nobody log in any more, though the tenant may be remembered for a moment", async () => {
  expect((await register("gone-house")).status).toBe(201);
  const at = { host: "gone-house.localhost", json: credentials };
  const { token } = await (await call("POST", "/v1/auth/login", at)).json<{ token: string }>();
  const headers = { authorization: `Bearer ${token}` };
  const removed = await call("DELETE", "/v1/tenant?confirm=gone-house", { host: at.host, headers });
  expect(removed.status).toBe(204);
  expect((await call("POST", "/v1/auth/login", at)).status).toBe(401);
});

it("is nowhere for who does not remember it, and its slug is not free yet", async () => {
  const house = await openHouse();
  await remove(house);
  const elsewhere = createApp(buildDeps(env));
  const asked = request("GET", "/v1/auth/me", house.authorized());
  const refused = await elsewhere.fetch(asked, env);
  expect((await problemOf(refused)).code).toBe("not_found");
  expect((await register(house.tenant.slug)).status).toBe(409);
});

it("touches no other tenant", async () => {
  const [one, other] = [await openHouse(), await openHouse()];
  expect((await remove(one)).status).toBe(204);
  expect((await other.call("GET", "/v1/auth/me")).status).toBe(200);
});
