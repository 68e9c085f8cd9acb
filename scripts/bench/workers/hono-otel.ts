import { httpInstrumentationMiddleware } from "@hono/otel";
import { instrument, type ResolveConfigFn } from "@microlabs/otel-cf-workers";
import { type BenchEnv, benchApp } from "./app.ts";

const configure: ResolveConfigFn<BenchEnv> = (env) => ({
  exporter: { url: `${env.COLLECTOR}/v1/traces` },
  service: { name: "bench" },
});

export { Counter } from "./app.ts";
export default instrument<BenchEnv, unknown, unknown>(
  { fetch: benchApp(httpInstrumentationMiddleware()).fetch },
  configure,
);
