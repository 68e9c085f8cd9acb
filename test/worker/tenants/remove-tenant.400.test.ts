import { describe, expect, it } from "vitest";
import { env, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

describe("a removal that is not confirmed changes nothing, and says what to send", () => {
  for (const [what, query] of [
    ["nothing", ""],
    ["the slug of another", "?confirm=demo"],
    ["what the page shows", "?confirm=SLUG"],
    ["an empty one", "?confirm="],
  ] as const) {
    it(what, async () => {
      const house = await openHouse();
      const response = await house.call("DELETE", `/v1/tenant${query}`);
      expect(response.status).toBe(400);
      const problem = await problemOf(response);
      const detail = query === "" ? "must be the slug of the tenant" : `must be ${house.tenant.slug},`;
      expect(problem.errors).toEqual([{ pointer: "confirm", detail: expect.stringContaining(detail) }]);
      expect((await house.call("GET", "/v1/auth/me")).status).toBe(200);
    });
  }

  it("nor does one with a parameter that is misspelt", async () => {
    const house = await openHouse();
    const response = await house.call("DELETE", `/v1/tenant?confirm=${house.tenant.slug}&dry_run=true`);
    expect(response.status).toBe(400);
    expect((await house.call("GET", "/v1/auth/me")).status).toBe(200);
  });
});

it("403: staff may not remove the tenant, confirmed or not", async () => {
  const house = await openHouse();
  await env.DB.prepare("UPDATE users SET role = 'staff' WHERE id = ?").bind(house.owner.id).run();
  const response = await house.call("DELETE", `/v1/tenant?confirm=${house.tenant.slug}`);
  expect(response.status).toBe(403);
  expect((await problemOf(response)).code).toBe("forbidden");
  expect((await house.call("GET", "/v1/auth/me")).status).toBe(200);
});
