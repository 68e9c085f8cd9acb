import type { Context, MiddlewareHandler } from "hono";
import { type Attributes, annotateEntry, currentTrace, log } from "../../telemetry/kit/index.ts";
import type { Clock } from "../platform/clock.ts";
import type { HttpEnv } from "../platform/http.ts";
import { asAppError } from "./errors.ts";
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
    const failure = failureOf(c);
    annotateEntry(failure);
    log(
      c.res.status >= 500 ? "error" : "info",
      "http.request",
      {
        ...failure,
        "frontdesk.module": route?.module ?? "http",
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

/** Which problem was answered; it is an error of the request only where the fault is ours. */
function failureOf({ error, res }: Context<HttpEnv>): Attributes {
  if (error === undefined) return {};
  const { code } = asAppError(error);
  return { "frontdesk.problem.code": code, ...(res.status >= 500 && { "error.type": code }) };
}
