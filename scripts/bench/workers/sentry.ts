import { instrumentDurableObjectWithSentry, withSentry } from "@sentry/cloudflare";
import { Counter as BareCounter, type BenchEnv, benchApp } from "./app.ts";

const configure = (env: BenchEnv) => ({
  dsn: `${env.COLLECTOR.replace("://", "://key@")}/1`,
  tracesSampleRate: 1,
});

export const Counter = instrumentDurableObjectWithSentry(configure, BareCounter);
export default withSentry<BenchEnv>(configure, benchApp());
