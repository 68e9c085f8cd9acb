import type { MiddlewareHandler } from "hono";
import { bindContext } from "../../telemetry/kit/index.ts";
import type { HttpEnv } from "../platform/http.ts";
import type { Ids } from "../platform/ids.ts";

const acceptable = /^[A-Za-z0-9._:-]{1,128}$/;

/** Takes the caller's ids when they are bounded and harmless, else mints them; both are returned and bound to logs and spans. */
export function requestId(ids: Ids): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const id = accepted(c.req.header("x-request-id")) ?? ids("req");
    const correlation = accepted(c.req.header("x-correlation-id")) ?? id;
    c.set("requestId", id);
    c.set("correlationId", correlation);
    bindContext({ "frontdesk.request.id": id, "frontdesk.correlation.id": correlation });
    await next();
    c.header("X-Request-ID", id);
    c.header("X-Correlation-ID", correlation);
  };
}

const accepted = (value: string | undefined) =>
  value !== undefined && acceptable.test(value) ? value : undefined;
