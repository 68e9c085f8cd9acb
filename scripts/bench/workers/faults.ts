import { routePath } from "hono/route";
import {
  annotateEntry,
  exportCounts,
  instrumentObject,
  instrumentWorker,
} from "../../../telemetry/kit/index.ts";
import { Counter as BareCounter, type BenchEnv, benchApp } from "./app.ts";

const configure = (env: BenchEnv) =>
  ({ environment: "production", release: "bench", service: "bench", otlpEndpoint: env.COLLECTOR }) as const;

const app = benchApp(async (c, next) => {
  await next();
  annotateEntry({ "http.route": routePath(c) });
});
/** What the exporter of this isolate says became of everything. */
app.get("/counts", (c) => c.json(exportCounts()));

export const Counter = instrumentObject<typeof BareCounter, BenchEnv>(BareCounter, configure);
export default instrumentWorker<BenchEnv, unknown>({ fetch: app.fetch }, configure);
