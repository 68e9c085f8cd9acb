import { expect, it } from "vitest";
import { call, problemOf } from "../support/api.ts";

const headers: Record<string, Record<string, string>> = {
  "no token": {},
  "a wrong token": { authorization: "Bearer wrong" },
  "the token without its scheme": { authorization: "test-health-token" },
};
for (const [name, given] of Object.entries(headers))
  it(`refuses ${name}`, async () => {
    const response = await call("GET", "/v1/health/deep", { headers: given });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect((await problemOf(response)).code).toBe("unauthenticated");
  });
