import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps, type Deps } from "../../../src/deps.ts";
import { AppError } from "../../../src/platform/errors.ts";
import { call, env, problemOf, request } from "../support/api.ts";
import { openHouse } from "../support/house.ts";
import { recordsOf } from "../support/records.ts";

const canary = "secret-canary@example.com";

async function whenListingFails(error: unknown): Promise<Response> {
  const house = await openHouse();
  const deps = buildDeps(env);
  const rooms: Deps["rooms"] = {
    ...deps.rooms,
    rooms: { ...deps.rooms.rooms, list: () => Promise.reject(error) },
  };
  return createApp({ ...deps, rooms }).fetch(request("GET", "/v1/rooms", house.authorized()), env);
}

describe("malformed JSON is 400 and says where to look", () => {
  for (const body of ['{"name":', "{'name':1}", "\u0000"])
    it(JSON.stringify(body), async () => {
      const house = await openHouse();
      const headers = { "content-type": "application/json" };
      const response = await house.call("POST", "/v1/rooms", { body, headers });
      expect(response.status).toBe(400);
      expect((await problemOf(response)).code).toBe("malformed_body");
    });
});

it("a foreign error is 500, and none of its words leave", async () => {
  const response = await whenListingFails(new Error(`Failed query: params: ${canary}`));
  expect(response.status).toBe(500);
  const text = await response.clone().text();
  expect(text).not.toContain("canary");
  expect(text).not.toContain("query");
  expect((await problemOf(response)).code).toBe("internal");
});

it("a dependency that is away is 503 with Retry-After", async () => {
  const response = await whenListingFails(
    new AppError("unavailable", "The database did not answer; try again.", { cause: new Error(canary) }),
  );
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(await response.clone().text()).not.toContain("canary");
  expect((await problemOf(response)).code).toBe("unavailable");
});

it("a failure has a trace id, the one of Server-Timing", async () => {
  const response = await call("GET", "/nowhere");
  const traceId = /00-([0-9a-f]{32})-/.exec(response.headers.get("server-timing") ?? "")?.[1];
  expect(await problemOf(response)).toMatchObject({ trace_id: traceId });
});

it("a fault is recorded once, without what the client or the query said", async () => {
  const cause = () => new Error(`no such column\nparams: ${canary}`);
  for (const thrown of [cause(), new AppError("internal", "Something failed.", { cause: cause() })]) {
    const records = await recordsOf(() => whenListingFails(thrown));
    expect(records.filter((record) => "exception.type" in record)).toHaveLength(1);
    expect(records.find((record) => record.event === "http.request")?.severity).toBe("error");
    expect(JSON.stringify(records)).not.toContain("canary");
  }
});

it("an answer that the client could avoid is not recorded as a fault", async () => {
  const records = await recordsOf(() =>
    whenListingFails(new AppError("not_found", "There is no such room.")),
  );
  expect(records.filter((record) => "exception.type" in record)).toEqual([]);
});

it("the type of a failure leads to its place on the docs page of the same host", async () => {
  const { type } = await problemOf(await call("GET", "/nowhere", { host: "acme.localhost" }));
  expect(type).toBe("https://acme.localhost/docs#not_found");
  const page = await (await call("GET", new URL(type).pathname, { host: new URL(type).host })).text();
  expect(page).toContain(`id="${new URL(type).hash.slice(1)}"`);
});
