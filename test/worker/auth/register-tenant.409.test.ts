import { expect, it } from "vitest";
import { call, env, pointersOf, problemOf } from "../support/api.ts";

const owner = { name: "Ada", email: "ada@example.com", password: "a-long-password" };
const register = (slug: string) =>
  call("POST", "/v1/auth/register", { json: { tenant: { slug, name: "T" }, owner } });

it("refuses a slug that another tenant has, and leaves no half of a tenant", async () => {
  expect((await register("taken-slug")).status).toBe(201);
  const before = await env.DB.prepare("SELECT count(*) AS n FROM users").first("n");
  const response = await register("taken-slug");
  expect(response.status).toBe(409);
  const problem = await problemOf(response);
  expect(problem.code).toBe("slug_taken");
  expect(pointersOf(problem)).toEqual(["#/tenant/slug"]);
  expect(await env.DB.prepare("SELECT count(*) AS n FROM users").first("n")).toBe(before);
});

it("lets exactly one of several at once have a slug", async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => register("raced-slug")));
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
});

it("keeps the labels of our own hosts, and says that they are reserved", async () => {
  const response = await register("www");
  expect(response.status).toBe(409);
  expect(await problemOf(response)).toMatchObject({
    detail: expect.stringContaining("reserved"),
    errors: [{ pointer: "#/tenant/slug", detail: "is reserved: choose another" }],
  });
});
