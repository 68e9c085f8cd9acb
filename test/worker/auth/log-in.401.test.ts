import { expect, it } from "vitest";
import { call, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

const owner = { name: "Ada", email: "ada@example.com", password: "a-long-password" };

it("answers a wrong password and an unknown address alike", async () => {
  await call("POST", "/v1/auth/register", { json: { tenant: { slug: "refusing", name: "R" }, owner } });
  const answers = [];
  for (const json of [
    { email: owner.email, password: "another-password" },
    { email: "nobody@example.com", password: owner.password },
  ]) {
    const response = await call("POST", "/v1/auth/login", { host: "refusing.localhost", json });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(response.headers.get("set-cookie")).toBeNull();
    const { instance: _, trace_id: __, ...rest } = (await problemOf(response)) as Record<string, unknown>;
    answers.push(rest);
  }
  expect(answers[0]).toEqual(answers[1]);
});

it("does not let an account of one tenant into another", async () => {
  await call("POST", "/v1/auth/register", { json: { tenant: { slug: "mine-only", name: "M" }, owner } });
  const other = await openHouse();
  const json = { email: owner.email, password: owner.password };
  expect((await call("POST", "/v1/auth/login", { host: other.host, json })).status).toBe(401);
});
