import type { MiddlewareHandler } from "hono";
import { bindContext, idsIn } from "../../telemetry/kit/index.ts";
import type { HttpEnv } from "../platform/http.ts";
import type { Ids } from "../platform/ids.ts";

/** Takes the caller's ids when they are bounded and harmless, else mints them; both are returned and bound to logs and spans. */
export function requestId(ids: Ids): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const asked = idsIn(c.req.raw.headers);
    const id = asked["frontdesk.request.id"] ?? ids("req");
    const correlation = asked["frontdesk.correlation.id"] ?? id;
    c.set("requestId", id);
    c.set("correlationId", correlation);
    bindContext({ "frontdesk.request.id": id, "frontdesk.correlation.id": correlation });
    await next();
    c.header("X-Request-ID", id);
    c.header("X-Correlation-ID", correlation);
  };
}
