import { instrument, instrumentDO, type ResolveConfigFn } from "@microlabs/otel-cf-workers";
import { Counter as BareCounter, type BenchEnv, benchApp } from "./app.ts";

const configure: ResolveConfigFn<BenchEnv> = (env) => ({
  exporter: { url: `${env.COLLECTOR}/v1/traces` },
  service: { name: "bench" },
});

export const Counter = instrumentDO(BareCounter as never, configure as never);
export default instrument<BenchEnv, unknown, unknown>({ fetch: benchApp().fetch }, configure);
