import { install } from "#telemetry-shell";
import { patchCaches } from "../bindings/cache.ts";
import { instrumentEnv } from "../bindings/env.ts";
import { patchFetch } from "../bindings/fetch.ts";
import { configureOnce, type KitConfig } from "../config.ts";
import { requestFlush } from "../export/flush.ts";
import { log } from "../log.ts";
import { spanKinds } from "../records.ts";
import { failHttp, finishHttp, httpEntry } from "./http.ts";
import { enter, hostOf } from "./invocation.ts";
import { enterBatch } from "./queue.ts";

// The platform hands in the same environment again and again.
let last: { readonly env: unknown; readonly configure: unknown; readonly prepared: unknown } | undefined;

/** Stands the kit up in this isolate and gives the environment with instrumented bindings. */
export function prepare<Env>(env: Env, configure: (env: Env) => KitConfig): Env {
  if (last?.env === env && last.configure === configure) return last.prepared as Env;
  install();
  patchFetch();
  patchCaches();
  const wrong = configureOnce(env, configure);
  if (wrong !== undefined) log("warn", "telemetry.unconfigured", { "frontdesk.module": "telemetry" }, wrong);
  const prepared = instrumentEnv(env);
  last = { env, configure, prepared };
  return prepared;
}

/** Wraps fetch, queue, scheduled and tail handlers once; `env` reaches them with instrumented bindings. */
export function instrumentWorker<Env, Message>(
  handler: ExportedHandler<Env, Message>,
  configure: (env: Env) => KitConfig,
): ExportedHandler<Env, Message> {
  const { fetch, queue, scheduled, tail } = handler;
  return {
    ...handler,
    ...(fetch && {
      fetch: (request, env, ctx) => {
        const prepared = prepare(env, configure);
        const finish = { onResult: finishHttp, onError: failHttp };
        return enter(
          hostOf(ctx, true),
          httpEntry(request),
          () => fetch.call(handler, request, prepared, ctx),
          finish,
        );
      },
    }),
    ...(queue && {
      queue: (batch, env, ctx) => {
        const prepared = prepare(env, configure);
        const run = (seen: MessageBatch<unknown>) =>
          queue.call(handler, seen as MessageBatch<Message>, prepared, ctx);
        return enterBatch(hostOf(ctx, true), batch, run);
      },
    }),
    ...(scheduled && {
      scheduled: (controller, env, ctx) => {
        const prepared = prepare(env, configure);
        return enter(hostOf(ctx, true), cronEntry(controller), () =>
          scheduled.call(handler, controller, prepared, ctx),
        );
      },
    }),
    // What others did is no work of ours: a Tail Worker has no span, only what it counts and logs.
    ...(tail && {
      tail: async (items, env, ctx) => {
        const prepared = prepare(env, configure);
        try {
          await tail.call(handler, items, prepared, ctx);
        } finally {
          requestFlush(hostOf(ctx, true));
        }
      },
    }),
  };
}

/** The SERVER span of a cron tick. */
export const cronEntry = (controller: ScheduledController) => ({
  trigger: controller,
  name: `scheduled ${controller.cron}`,
  kind: spanKinds.SERVER,
  attributes: { "faas.trigger": "timer", "faas.cron": controller.cron },
  capturesErrors: true,
});
