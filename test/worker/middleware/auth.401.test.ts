import { createRoute } from "@hono/zod-openapi";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { call, env, problemOf, request } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

/** Routes that anybody may call; every other one needs a session. */
const open = [
  "GET /",
  "GET /.well-known/jwks.json",
  "GET /.well-known/security.txt",
  "GET /docs",
  "GET /openapi.json",
  "GET /v1/health",
  "POST /v1/auth/login",
  "POST /v1/auth/register",
];

const routes = createApp(buildDeps(env)).openAPIRegistry.definitions.flatMap((definition) =>
  definition.type === "route" ? [`${definition.route.method.toUpperCase()} ${definition.route.path}`] : [],
);

it("every open route is one that exists", () => expect(routes).toEqual(expect.arrayContaining(open)));

describe("without a token there is no", () => {
  for (const route of routes.filter((each) => !open.includes(each)))
    it(route, async () => {
      const house = await openHouse();
      const [method = "", path = ""] = route.split(" ");
      const response = await call(method, path.replaceAll(/\{.+?\}/g, "x"), { host: house.host });
      expect(response.status).toBe(401);
      expect((await problemOf(response)).code).toBe("unauthenticated");
    });
});

it("a route that says nothing about access needs a session", async () => {
  const app = createApp(buildDeps(env));
  const forgetful = createRoute({
    method: "get",
    path: "/v1/forgetful",
    responses: { 200: { description: "Open?" } },
  });
  app.openapi(forgetful, (c) => c.text("secret"));
  const house = await openHouse();
  const ask = (init: object) => app.fetch(request("GET", "/v1/forgetful", init), env);
  expect((await ask({ host: house.host })).status).toBe(401);
  expect((await ask(house.authorized())).status).toBe(200);
});

it("a route that is not documented is not served", async () => {
  const app = createApp(buildDeps(env));
  app.get("/v1/hidden", (c) => c.text("secret"));
  expect((await app.fetch(request("GET", "/v1/hidden"), env)).status).toBe(404);
});
