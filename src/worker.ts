import { instrumentObject, instrumentWorker } from "../telemetry/kit/index.ts";
import { createApp } from "./app.ts";
import { everyMinute } from "./cron.ts";
import { depsOf } from "./deps.ts";
import { RoomCalendar as BareRoomCalendar } from "./features/bookings/room-calendar.do.ts";
import { consumeEvent } from "./features/events/consumer.ts";
import type { Env } from "./platform/env.ts";
import { kitConfig } from "./platform/kit-config.ts";

const apps = new WeakMap<Env, ReturnType<typeof createApp>>();

function appOf(env: Env) {
  const app = apps.get(env) ?? createApp(depsOf(env));
  apps.set(env, app);
  return app;
}

export default instrumentWorker<Env, unknown>(
  {
    fetch: (request, env, ctx) => appOf(env).fetch(request, env, ctx),
    async queue(batch, env) {
      await Promise.all(batch.messages.map((message) => consumeEvent(depsOf(env).events, message)));
    },
    scheduled: (_controller, env) => everyMinute(depsOf(env)),
  },
  kitConfig,
);

export const RoomCalendar = instrumentObject(BareRoomCalendar, kitConfig);
