import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Access } from "../platform/access.ts";
import type { HttpEnv, MatchedRoute } from "../platform/http.ts";

export type RouteIndex = {
  /** The documented route of a request; undefined when there is none. */
  readonly find: (method: string, path: string) => MatchedRoute | undefined;
  /** Methods that a path answers to; empty when there is no such path. */
  readonly allowed: (path: string) => readonly string[];
};

/** Reads the routes that the app documents, once, after all are mounted. */
export function routeIndex(app: OpenAPIHono<HttpEnv>): RouteIndex {
  let routes: Map<string, MatchedRoute> | undefined;
  const find: RouteIndex["find"] = (method, path) => {
    routes ??= documentedRoutes(app);
    const asked = method === "HEAD" ? "GET" : method;
    const matched = app.router.match(asked, path)[0].findLast(([[, route]]) => route.method !== "ALL");
    return matched && routes.get(`${asked} ${matched[0][1].path}`);
  };
  return {
    find,
    allowed: (path) => {
      const found = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) => find(method, path));
      const withHead = found.includes("GET") ? ["HEAD"] : [];
      return found.length === 0 ? [] : [...found, ...withHead, "OPTIONS"];
    },
  };
}

function documentedRoutes(app: OpenAPIHono<HttpEnv>): Map<string, MatchedRoute> {
  const routes = new Map<string, MatchedRoute>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { method, path, request, tags } = definition.route;
    const access = (definition.route as { "x-access"?: Access })["x-access"] ?? "session";
    const accepts = Object.keys(request?.body?.content ?? {});
    routes.set(`${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ":$1")}`, {
      template: path,
      module: tags?.[0] ?? "http",
      access,
      accepts,
    });
  }
  return routes;
}
