import { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "./deps.ts";
import { healthRoutes } from "./features/health/routes.ts";
import { onError } from "./middleware/errors.ts";
import { headers } from "./middleware/headers.ts";
import { limits } from "./middleware/limits.ts";
import { requestId } from "./middleware/request-id.ts";
import { routeIndex } from "./middleware/routing.ts";
import { telemetry } from "./middleware/telemetry.ts";
import type { HttpEnv } from "./platform/http.ts";
import { rejectInvalid } from "./platform/validation.ts";

/** The table of contents of the HTTP API: middleware in the order in which it runs, then the features. */
export function createApp(deps: Deps) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });
  const routes = routeIndex(app);

  app.use(requestId(deps.ids));
  app.use(telemetry(routes, deps.clock));
  app.use(headers(routes));
  app.use(limits(routes));

  app.route("/", healthRoutes(deps.health));

  app.onError(onError);
  return app;
}
