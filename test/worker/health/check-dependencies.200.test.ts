import { expect, it } from "vitest";
import { call, env } from "../support/api.ts";

it("asks and times every binding, for who has the token", async () => {
  const headers = { authorization: `Bearer ${env.HEALTH_TOKEN}` };
  const response = await call("GET", "/v1/health/deep", { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/health+json");
  const { status, checks } = await response.json<{ status: string; checks: Record<string, object[]> }>();
  expect(status).toBe("pass");
  expect(Object.keys(checks).sort()).toEqual(
    ["d1", "durable_object", "kv", "queue", "r2"].map((name) => `${name}:response_time`),
  );
  for (const [check] of Object.values(checks)) {
    expect(check).toMatchObject({ status: "pass", observed_unit: "ms", observed_value: expect.any(Number) });
  }
});
