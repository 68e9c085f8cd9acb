import { expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { env, request } from "../support/api.ts";

const headers = { authorization: `Bearer ${env.HEALTH_TOKEN}` };

async function deepHealth(broken: Record<string, () => Promise<unknown>>) {
  const deps = buildDeps(env);
  const dependencies = { ...deps.health.dependencies, ...broken };
  const app = createApp({ ...deps, health: { ...deps.health, dependencies } });
  const response = await app.fetch(request("GET", "/v1/health/deep", { headers }), env);
  const body = await response.json<{
    status: string;
    checks: Record<string, [{ status: string; output?: string }]>;
  }>();
  return { response, body };
}

it("says which dependency fails, in our words, and that the others do not", async () => {
  const { response, body } = await deepHealth({ kv: () => Promise.reject(new Error("secret-canary")) });
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(body.status).toBe("fail");
  expect(body.checks["kv:response_time"]?.[0]).toMatchObject({ status: "fail", output: "the call failed" });
  expect(body.checks["d1:response_time"]?.[0].status).toBe("pass");
  expect(JSON.stringify(body)).not.toContain("secret-canary");
});

it("does not wait for a dependency that never answers", async () => {
  const { response, body } = await deepHealth({ r2: () => new Promise(() => {}) });
  expect(response.status).toBe(503);
  expect(body.checks["r2:response_time"]?.[0].output).toBe("no answer in time");
});
