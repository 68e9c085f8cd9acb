import type { MiddlewareHandler } from "hono";
import { annotateEntry, currentTrace, log } from "../../telemetry/kit/index.ts";
import type { Clock } from "../platform/clock.ts";
import { AppError } from "../platform/errors.ts";
import type { HttpEnv } from "../platform/http.ts";
import type { RouteIndex } from "./routing.ts";

/** Names the route on the entry span, times the request, and writes one record at its end. */
export function telemetry(routes: RouteIndex, clock: Clock): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startedAt = clock();
    const route = routes.find(c.req.method, c.req.path);
    if (route) {
      c.set("route", route);
      annotateEntry({ "http.route": route.template });
    }
    const trace = currentTrace();
    await next();
    const elapsedMs = clock() - startedAt;
    if (c.error) annotateEntry({ "error.type": c.error instanceof AppError ? c.error.code : "internal" });
    log(
      c.res.status >= 500 ? "error" : "info",
      "http.request",
      {
        "http.route": route?.template,
        "http.response.status_code": c.res.status,
        "frontdesk.duration": elapsedMs / 1000,
      },
      `${c.req.method} ${route?.template ?? "(no route)"} ${c.res.status}`,
    );
    c.header("X-Response-Time", `${elapsedMs}ms`);
    if (trace) c.header("Server-Timing", `traceparent;desc="00-${trace.traceId}-${trace.spanId}-01"`);
  };
}
