import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Session, Tenant } from "../platform/access.ts";
import { AppError } from "../platform/errors.ts";
import type { HttpEnv } from "../platform/http.ts";
import { bearerToken } from "../platform/secret.ts";

/** Answers with the session that a token stands for, or undefined when it stands for none in this tenant. */
export type Authenticate = (token: string, tenant: Tenant) => Promise<Session | undefined>;

/** Opens routes that need a session: a Bearer token, or the cookie of a page of the same origin. */
export function auth(authenticate: Authenticate): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (c.get("route").access === "session") {
      const session = await authenticate(presentedToken(c), c.get("tenant"));
      if (!session)
        throw refused(
          "The token is not valid here: it expired, was signed out, or belongs to another tenant.",
        );
      c.set("session", session);
    }
    await next();
  };
}

function presentedToken(c: Context<HttpEnv>): string {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const token = bearerToken(authorization);
    if (token === undefined) throw refused("The Authorization header must read: Bearer <token>.");
    return token;
  }
  const cookie = getCookie(c, "frontdesk", "host");
  if (!cookie)
    throw new AppError(
      "unauthenticated",
      "Sign in with POST /v1/auth/login and send the token as Authorization: Bearer.",
    );
  if (!isSafe(c.req.method) && !isSameOrigin(c)) {
    throw new AppError(
      "forbidden",
      "A request with the session cookie must come from this site; other clients send a Bearer token.",
    );
  }
  return cookie;
}

const isSafe = (method: string) => method === "GET" || method === "HEAD";

// Browsers always send one of the two on an unsafe request; neither can be set by another site's script.
function isSameOrigin(c: Context<HttpEnv>): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = c.req.header("origin");
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === new URL(c.req.url).host;
}

const refused = (detail: string) =>
  new AppError("unauthenticated", detail, {
    headers: { "WWW-Authenticate": 'Bearer realm="frontdesk", error="invalid_token"' },
  });
