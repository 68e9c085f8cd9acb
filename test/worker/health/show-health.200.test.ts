import { expect, it } from "vitest";
import { call } from "../support/api.ts";

it("says that the API is up, on any host, without a tenant", async () => {
  for (const host of ["localhost", "nobody-here.localhost"]) {
    const response = await call("GET", "/v1/health", { host });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/health+json");
    expect(await response.json()).toEqual({ status: "pass", service_id: "frontdesk", release_id: "dev" });
  }
});

it("answers HEAD without a body", async () => {
  const response = await call("HEAD", "/v1/health");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
});
