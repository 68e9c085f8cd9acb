import { WorkerEntrypoint } from "cloudflare:workers";
import { routePath } from "hono/route";
import {
  annotateEntry,
  instrumentEntrypoint,
  instrumentObject,
  instrumentWorker,
  log,
  processMessage,
  span,
} from "../../../telemetry/kit/index.ts";
import { Counter as BareCounter, type BenchEnv, benchApp } from "./app.ts";

const configure = (env: BenchEnv) =>
  ({ environment: "production", release: "bench", service: "bench", otlpEndpoint: env.COLLECTOR }) as const;

const app = benchApp(async (c, next) => {
  await next();
  annotateEntry({ "http.route": routePath(c) });
});

export const Counter = instrumentObject<typeof BareCounter, BenchEnv>(BareCounter, configure);

// Nobody calls what follows: the bundle is to be as large as one that uses all of the kit's README.
class BareDesk extends WorkerEntrypoint<BenchEnv> {
  ring(): void {
    log("info", "calendar.repaired", { "frontdesk.module": "bench" });
  }
}
export const Desk = instrumentEntrypoint<typeof BareDesk, BenchEnv>(BareDesk, configure, { callers: "ours" });
const consume = (message: Message<unknown>) =>
  processMessage(message, () => span("heartbeat", {}, () => message.ack()));

export default instrumentWorker<BenchEnv, unknown>(
  { fetch: app.fetch, queue: async ({ messages }) => messages.forEach(consume) },
  configure,
);
