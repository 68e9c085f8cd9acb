import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { access } from "../../platform/access.ts";
import { problems } from "../../platform/contract.ts";
import { AppError } from "../../platform/errors.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { bearerToken, sameSecret } from "../../platform/secret.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { type Check, checkDependencies } from "./check-dependencies.ts";
import { deepHealth, health } from "./contract.ts";
import type { HealthDeps } from "./ports.ts";

const mediaType = "application/health+json";

const light = createRoute({
  ...access.open,
  method: "get",
  path: "/v1/health",
  tags: ["health"],
  summary: "Is the API up?",
  description: "Asks nothing of any dependency.",
  responses: { 200: { description: "It is.", content: { [mediaType]: { schema: health } } } },
});

const deep = createRoute({
  ...access.open,
  security: [{ health: [] }],
  method: "get",
  path: "/v1/health/deep",
  tags: ["health"],
  summary: "Do its dependencies answer?",
  description:
    "Needs `Authorization: Bearer <HEALTH_TOKEN>`; locally the token stands in `.frontdesk/worker.env` of the clone. Each dependency is asked at once and timed.",
  responses: {
    200: { description: "All answer.", content: { [mediaType]: { schema: deepHealth } } },
    503: { description: "At least one does not.", content: { [mediaType]: { schema: deepHealth } } },
    ...problems("unauthenticated"),
  },
});

export function healthRoutes(deps: HealthDeps) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });
  const service = { service_id: "frontdesk", release_id: deps.release } as const;

  app.openapi(light, (c) =>
    c.json({ status: "pass" as const, ...service }, 200, { "content-type": mediaType }),
  );

  app.openapi(deep, async (c) => {
    const token = bearerToken(c.req.header("authorization"));
    if (token === undefined || !sameSecret(token, deps.token)) {
      throw new AppError("unauthenticated", "Send the health token as Authorization: Bearer.");
    }
    const checks = await checkDependencies(deps);
    const failed = checks.some((check) => check.state === "fail");
    const time = new Date(deps.clock()).toISOString();
    const body = {
      status: failed ? ("fail" as const) : ("pass" as const),
      ...service,
      checks: Object.fromEntries(
        checks.map((check) => [`${check.name}:response_time`, [onWire(check, time)]]),
      ),
    };
    const retry = failed ? { "retry-after": "5" } : {};
    return c.json(body, failed ? 503 : 200, { "content-type": mediaType, ...retry });
  });

  return app;
}

function onWire(check: Check, time: string) {
  return {
    component_type: isStore(check) ? ("datastore" as const) : ("component" as const),
    observed_value: check.elapsedMs,
    observed_unit: "ms" as const,
    status: check.state,
    ...(check.reason === "" ? {} : { output: check.reason }),
    time,
  };
}

const isStore = ({ name }: Check) => name === "d1" || name === "kv" || name === "r2";
