import { expect, it } from "vitest";
import { call, problemOf } from "../support/api.ts";

const json = { email: "ada@example.com", password: "a-long-password" };

it("finds no tenant behind a host that none has", async () => {
  const response = await call("POST", "/v1/auth/login", { host: "nobody-here.localhost", json });
  expect(response.status).toBe(404);
  expect((await problemOf(response)).detail).toContain("No tenant lives here");
});
