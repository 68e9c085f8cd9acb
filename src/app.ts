import { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "./deps.ts";
import { authenticate } from "./features/auth/authenticate.ts";
import { authRoutes } from "./features/auth/routes.ts";
import { bookingRoutes } from "./features/bookings/routes.ts";
import type { ApiDescription } from "./features/docs/describe-api.ts";
import { docsRoutes } from "./features/docs/routes.ts";
import { eventRoutes } from "./features/events/routes.ts";
import { healthRoutes } from "./features/health/routes.ts";
import { roomRoutes } from "./features/rooms/routes.ts";
import { tenantFinder } from "./features/tenants/find-tenant.ts";
import { tenantRoutes } from "./features/tenants/routes.ts";
import { auth } from "./middleware/auth.ts";
import { onError } from "./middleware/errors.ts";
import { headers } from "./middleware/headers.ts";
import { idempotency } from "./middleware/idempotency.ts";
import { limits } from "./middleware/limits.ts";
import { requestId } from "./middleware/request-id.ts";
import { routeIndex } from "./middleware/routing.ts";
import { telemetry } from "./middleware/telemetry.ts";
import { tenant } from "./middleware/tenant.ts";
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
  app.use(tenant(deps.settings, tenantFinder(deps.tenants)));
  app.use(auth((token, owner) => authenticate(deps.auth, token, owner)));
  app.post("/v1/bookings", idempotency(deps.answers));

  app.route("/", authRoutes(deps.auth));
  app.route("/", tenantRoutes(deps.tenants));
  app.route("/", roomRoutes(deps.rooms));
  app.route("/", bookingRoutes(deps.bookings));
  app.route("/", eventRoutes(deps.events));
  app.route("/", healthRoutes(deps.health));
  const document = (about: ApiDescription) => app.getOpenAPI31Document(about);
  app.route("/", docsRoutes({ document, clock: deps.clock, ...deps.settings }));

  app.onError(onError);
  return app;
}
