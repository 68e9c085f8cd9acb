import { describe, expect, it } from "vitest";
import { complaintsAbout, type Env, parseEnv } from "../../../src/platform/env.ts";
import { call, env, problemOf } from "../support/api.ts";

const canary = "value-canary";
const cases: Record<string, { change: Partial<Record<keyof Env, unknown>>; names: string }> = {
  "a binding that is not there": { change: { DB: undefined }, names: "DB" },
  "an environment of another name": { change: { ENVIRONMENT: canary }, names: "ENVIRONMENT" },
  "the override in production": {
    change: { ENVIRONMENT: "production", TENANT_OVERRIDE: "allow" },
    names: "TENANT_OVERRIDE",
  },
  "an override that is neither": { change: { TENANT_OVERRIDE: canary }, names: "TENANT_OVERRIDE" },
  "no release": { change: { RELEASE: "" }, names: "RELEASE" },
  "a domain with a scheme": { change: { BASE_DOMAIN: `https://${canary}` }, names: "BASE_DOMAIN" },
  "no signing keys": { change: { JWT_KEYS: undefined }, names: "JWT_KEYS" },
  "keys that are no document": { change: { JWT_KEYS: canary }, names: "JWT_KEYS" },
  "a health token that is too short": { change: { HEALTH_TOKEN: canary }, names: "HEALTH_TOKEN" },
};

describe("names the variable and the fix, never the value, for", () => {
  for (const [name, { change, names }] of Object.entries(cases))
    it(name, () => {
      const parse = () => parseEnv({ ...env, ...change } as Env);
      expect(parse).toThrow(new RegExp(`^${names} is missing or wrong: .*(set|add|run|needed)`));
      expect(parse).not.toThrow(canary);
    });
});

it("lets the API run without telemetry, and complains", () => {
  const wrong = { ...env, OTLP_ENDPOINT: canary };
  expect(() => parseEnv(wrong)).not.toThrow();
  expect(complaintsAbout(wrong)).toEqual([expect.stringMatching(/^OTLP_ENDPOINT is not a URL/)]);
  expect(complaintsAbout(wrong).join()).not.toContain(canary);
  expect(complaintsAbout({ ...env, OTLP_ENDPOINT: "https://otlp.example" })).toEqual([]);
  expect(complaintsAbout({ ...env, RELEASE: "set-by-deploy" })).toEqual([
    expect.stringMatching(/^RELEASE names no release/),
  ]);
});

it("accepts what the tests run with", () => {
  expect(parseEnv(env)).toMatchObject({
    environment: "local",
    baseDomain: "localhost",
    tenantOverride: true,
  });
});

describe("a Worker that is not configured", () => {
  const answer = async (change: Partial<Env>) => {
    const { default: worker } = await import("../../../src/worker.ts");
    const { createExecutionContext, waitOnExecutionContext } = await import("cloudflare:test");
    const ctx = createExecutionContext();
    const request = new Request("https://localhost/v1/health") as Parameters<
      NonNullable<typeof worker.fetch>
    >[0];
    const response = await worker.fetch?.(request, { ...env, ...change }, ctx);
    await waitOnExecutionContext(ctx);
    return response as Response;
  };

  it("answers 500 and says locally what to do", async () => {
    const response = await answer({ HEALTH_TOKEN: "" });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      code: "internal",
      detail: expect.stringContaining("HEALTH_TOKEN"),
    });
  });

  it("says no more than that elsewhere", async () => {
    const response = await answer({ ENVIRONMENT: "staging", HEALTH_TOKEN: "" });
    expect(await response.text()).not.toContain("HEALTH_TOKEN");
  });

  it("does not spoil the ones that are", async () => {
    expect((await call("GET", "/v1/health")).status).toBe(200);
    expect((await problemOf(await call("GET", "/nowhere"))).code).toBe("not_found");
  });
});
