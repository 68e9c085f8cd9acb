import { expect, expectTypeOf, it } from "vitest";
import { type Env, parseEnv } from "../../../src/platform/env.ts";
import { env } from "../support/api.ts";

/** Not in wrangler.toml: set with `wrangler secret put`. */
type Secret = "OTLP_HEADERS" | "SENTRY_DSN" | "JWT_KEYS" | "HEALTH_TOKEN" | "TRACE_TOKEN";

it("env.ts names what wrangler.toml names, with the same types (the compiler checks this)", () => {
  expectTypeOf<keyof Cloudflare.Env>().toEqualTypeOf<Exclude<keyof Env, Secret>>();
  expectTypeOf<Cloudflare.Env>().toExtend<Omit<Env, Secret>>();
});

it("every binding of env.ts is there when the Worker runs", () => {
  expect(() => parseEnv(env)).not.toThrow();
});
