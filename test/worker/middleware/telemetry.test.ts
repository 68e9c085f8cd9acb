import { createExecutionContext } from "cloudflare:test";
import { expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { AppError } from "../../../src/platform/errors.ts";
import { kitConfig } from "../../../src/platform/kit-config.ts";
import { instrumentWorker } from "../../../telemetry/kit/index.ts";
import { startRecording } from "../../../telemetry/kit/recording.ts";
import { call, env, request } from "../support/api.ts";
import { makeRoom, openHouse } from "../support/house.ts";
import { recordsOf } from "../support/records.ts";

const requests = async (work: () => Promise<unknown>) =>
  (await recordsOf(work)).filter((record) => record.event === "http.request");

it("writes one record per request, with the route as a template and never the path", async () => {
  const house = await openHouse();
  const { id } = await makeRoom(house);
  const headers = { "x-request-id": "asked-1", "x-correlation-id": "story-7" };
  const records = await requests(() => house.call("GET", `/v1/rooms/${id}?canary=1`, { headers }));
  expect(records).toEqual([
    expect.objectContaining({
      severity: "info",
      message: "GET /v1/rooms/{room_id} 200",
      request_id: "asked-1",
      correlation_id: "story-7",
      tenant: house.tenant.id,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      "http.route": "/v1/rooms/{room_id}",
      "http.response.status_code": 200,
      "frontdesk.duration": expect.any(Number),
    }),
  ]);
  expect(JSON.stringify(records)).not.toContain(id);
  expect(JSON.stringify(records)).not.toContain("canary");
});

it("has no route for a path that is not there, whatever it is called", async () => {
  const [record] = await requests(() => call("GET", "/v1/canary-path"));
  expect(record).not.toHaveProperty("http.route");
  expect(record?.message).toBe("GET (no route) 404");
});

it("says of a refused request that it is no fault of ours", async () => {
  const records = await recordsOf(() => call("GET", "/v1/rooms", { host: "nobody-here.localhost" }));
  expect(records.map((record) => record.severity)).toEqual(["info"]);
});

it("every entry has a tier, also where no house was found", async () => {
  const house = await openHouse();
  const tierOf = async (work: () => Promise<unknown>) =>
    (await seenOf(work)).entry?.attributes["frontdesk.tenant.tier"];
  expect(await tierOf(() => house.call("GET", "/v1/rooms"))).toBe("pro");
  for (const [path, init] of [
    ["/v1/health"],
    ["/v1/nowhere"],
    ["/v1/rooms", { host: "nobody.localhost" }],
  ] as const)
    expect(await tierOf(() => call("GET", path, init)), path).toBe("none");
});

/** The entry span and the record of one request. */
async function seenOf(work: () => Promise<unknown>) {
  const recording = startRecording();
  try {
    const [record] = await requests(work);
    const entry = recording.spans().find(({ attributes }) => attributes["frontdesk.sli"] === true);
    return { entry, record };
  } finally {
    recording.stop();
  }
}

it("names the problem of a refused request on span and record, and calls it no error", async () => {
  const house = await openHouse();
  const refused = {
    method_not_allowed: () => call("DELETE", "/v1/health"),
    not_found: () => call("GET", "/nowhere"),
    malformed_body: () =>
      house.call("POST", "/v1/rooms", { body: "{", headers: { "content-type": "application/json" } }),
    invalid_request: () => house.call("POST", "/v1/rooms", { json: {} }),
  };
  for (const [code, ask] of Object.entries(refused)) {
    const { entry, record } = await seenOf(ask);
    expect(entry).toMatchObject({ failed: false, attributes: { "frontdesk.problem.code": code } });
    expect(entry?.attributes).not.toHaveProperty("error.type");
    expect(record).toMatchObject({ severity: "info", code });
  }
});

it("names the problem of a fault, which is the error too", async () => {
  const house = await openHouse();
  const deps = buildDeps(env);
  const rooms = { ...deps.rooms.rooms, list: () => Promise.reject(new AppError("unavailable", "Away.")) };
  const app = createApp({ ...deps, rooms: { ...deps.rooms, rooms } });
  const worker = instrumentWorker(
    { fetch: (asked, bindings, ctx) => app.fetch(asked, bindings, ctx) },
    kitConfig,
  );
  const ask = async () =>
    worker.fetch?.(request("GET", "/v1/rooms", house.authorized()) as never, env, createExecutionContext());
  const { entry, record } = await seenOf(ask);
  expect(entry).toMatchObject({
    failed: true,
    attributes: { "frontdesk.problem.code": "unavailable", "error.type": "unavailable" },
  });
  expect(record).toMatchObject({ severity: "error", code: "unavailable" });
});

it("keeps e-mail addresses, passwords and tokens out of every record", async () => {
  const owner = { name: "Canary Name", email: "canary-mail@example.com", password: "canary-password" };
  const json = { tenant: { slug: "canaries", name: "C" }, owner };
  const records = await recordsOf(async () => {
    await call("POST", "/v1/auth/register", { json });
    const login = { host: "canaries.localhost", json: { email: owner.email, password: owner.password } };
    const { token } = await (await call("POST", "/v1/auth/login", login)).json<{ token: string }>();
    await call("GET", "/v1/auth/me", {
      host: "canaries.localhost",
      headers: { authorization: `Bearer ${token}` },
    });
    await call("POST", "/v1/auth/login", { ...login, json: { ...login.json, password: "canary-wrong" } });
  });
  expect(records.length).toBeGreaterThanOrEqual(4);
  expect(JSON.stringify(records)).not.toMatch(/canary-|Canary|eyJ/);
});
