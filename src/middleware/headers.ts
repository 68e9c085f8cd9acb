import type { Context, MiddlewareHandler } from "hono";
import type { HttpEnv } from "../platform/http.ts";
import type { RouteIndex } from "./routing.ts";

const security = {
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
} as const;
const nothingMayLoad = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const readable =
  "ETag, Link, Location, Retry-After, X-Request-ID, X-Correlation-ID, X-Response-Time, Server-Timing, Idempotency-Replayed";
const sendable =
  "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Correlation-ID, X-Request-ID, X-Tenant, traceparent";

/**
 * Security headers on every answer, and CORS for API clients in browsers.
 * Any origin may read, but never with cookies: a browser refuses credentials with `*`, so such clients bring a Bearer token.
 */
export function headers(routes: RouteIndex): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const allowed = c.req.method === "OPTIONS" ? routes.allowed(c.req.path) : [];
    if (allowed.length > 0) c.res = preflight(allowed);
    else await next();
    decorate(c);
  };
}

function preflight(allowed: readonly string[]): Response {
  const methods = allowed.join(", ");
  return new Response(null, {
    status: 204,
    headers: {
      Allow: methods,
      "Access-Control-Allow-Methods": methods,
      "Access-Control-Allow-Headers": sendable,
      "Access-Control-Max-Age": "7200",
    },
  });
}

function decorate(c: Context<HttpEnv>): void {
  for (const [name, value] of Object.entries(security)) c.header(name, value);
  c.header("Access-Control-Allow-Origin", "*");
  c.header("Access-Control-Expose-Headers", readable);
  if (!c.res.headers.has("content-security-policy")) c.header("Content-Security-Policy", nothingMayLoad);
  if (!c.res.headers.has("cache-control")) c.header("Cache-Control", "no-store");
}
