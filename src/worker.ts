import { annotateEntry, capture, instrumentObject, instrumentWorker, log } from "../telemetry/kit/index.ts";
import { createApp } from "./app.ts";
import { everyMinute } from "./cron.ts";
import { depsOf } from "./deps.ts";
import { RoomCalendar as BareRoomCalendar } from "./features/bookings/room-calendar.do.ts";
import { consumeEvent } from "./features/events/consumer.ts";
import { ConfigurationError, complaintsAbout, type Env } from "./platform/env.ts";
import { AppError } from "./platform/errors.ts";
import { randomIds } from "./platform/ids.ts";
import { kitConfig } from "./platform/kit-config.ts";
import { problemResponse } from "./platform/problem.ts";

const apps = new WeakMap<Env, ReturnType<typeof createApp>>();

function appOf(env: Env) {
  const known = apps.get(env);
  if (known) return known;
  const app = createApp(depsOf(env));
  apps.set(env, app);
  for (const complaint of complaintsAbout(env))
    log("warn", "configuration", { "frontdesk.module": "configuration" }, complaint);
  return app;
}

/** Nothing can be served: the answer says so, and only locally says why. */
function misconfigured(error: unknown, env: Env, { url }: Request): Response {
  capture(error, { "frontdesk.module": "configuration" });
  const known = error instanceof ConfigurationError && env.ENVIRONMENT === "local";
  const detail = known ? error.message : "The service is not configured; the reason is in its log.";
  return problemResponse(new AppError("internal", detail), { id: randomIds("req"), url, traceId: undefined });
}

export default instrumentWorker<Env, unknown>(
  {
    fetch(request, env, ctx) {
      // Until the house is found.
      annotateEntry({ "frontdesk.tenant.tier": "none" });
      try {
        return appOf(env).fetch(request, env, ctx);
      } catch (error) {
        return misconfigured(error, env, request);
      }
    },
    async queue(batch, env) {
      await Promise.all(batch.messages.map((message) => consumeEvent(depsOf(env).events, message)));
    },
    scheduled: (_controller, env) => everyMinute(depsOf(env)),
  },
  kitConfig,
);

export const RoomCalendar = instrumentObject(BareRoomCalendar, kitConfig, { name: "RoomCalendar" });
