import { createExecutionContext } from "cloudflare:test";
import { DrizzleQueryError } from "drizzle-orm/errors";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { kitConfig } from "../../../src/platform/kit-config.ts";
import { encodeLogs, encodePoints, encodeSpans } from "../../../telemetry/kit/export/otlp.ts";
import { type Fault, instrumentWorker } from "../../../telemetry/kit/index.ts";
import { watch } from "../../../telemetry/kit/recording.ts";
import type { LogRecord, Point, SpanRecord } from "../../../telemetry/kit/records.ts";
import { type Canary, canaries, leaksIn } from "../../support/canary/canary.ts";
import { call, env, request } from "../support/api.ts";
import { makeRoom, openHouse } from "../support/house.ts";
import { recordsOf } from "../support/records.ts";

/** All that would leave while `work` runs: the bodies of the three signals as they are encoded, and the console. */
async function leavingDuring(work: () => Promise<unknown>): Promise<string> {
  const spans: SpanRecord[] = [];
  const logs: LogRecord[] = [];
  const points: Point[] = [];
  const stop = watch({
    span: (span) => spans.push(span),
    log: (log) => logs.push(log),
    point: (point) => points.push(point),
  });
  try {
    const printed = await recordsOf(work);
    expect(spans.length).toBeGreaterThan(0);
    return [encodeSpans(spans), encodeLogs(logs), encodePoints(points), JSON.stringify(printed)].join("\n");
  } finally {
    stop();
  }
}

const headersWith = ({ opaque, shapes: [email = "", encoded = ""] }: Canary) => ({
  cookie: `__Host-session=${opaque}; other=${opaque}`,
  "user-agent": opaque,
  referer: `https://x.example/?q=${opaque}`,
  "cf-ray": opaque,
  baggage: `user=${opaque}`,
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: `v=${email},w=${encoded}`,
  "x-request-id": email,
  "x-correlation-id": email,
  "idempotency-key": opaque,
  "x-forwarded-for": email,
});

/** Every way into the API: accounts, bodies that are right, wrong and no JSON, paths, queries, hosts, headers. */
async function askEverything(house: Awaited<ReturnType<typeof openHouse>>, room: string, canary: Canary) {
  const { opaque, shapes } = canary;
  const [email = ""] = shapes;
  const headers = headersWith(canary);
  const owner = { name: opaque, email, password: `${opaque}${opaque}` };
  await call("POST", "/v1/auth/register", {
    json: { tenant: { slug: `s-${opaque}`, name: opaque }, owner },
    headers,
  });
  await call("POST", "/v1/auth/login", { host: house.host, json: { email, password: opaque }, headers });
  await call("GET", `/v1/auth/me?token=${opaque}`, {
    host: house.host,
    headers: { authorization: `Bearer ${opaque}` },
  });
  const bodies = [
    { name: opaque, capacity: 2 },
    { name: opaque, [opaque]: email, capacity: email },
    [opaque],
    opaque,
  ];
  for (const json of bodies) await house.call("POST", "/v1/rooms", { json, headers });
  const type = { ...headers, "content-type": "application/json" };
  for (const body of [`{"name": ${opaque}`, `${opaque}`, `{"${opaque}": "${email}`])
    await house.call("POST", "/v1/rooms", { body, headers: type });
  const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
  await house.call("POST", "/v1/rooms", { body: `${opaque}=${email}`, headers: form });
  const customer = { name: opaque, email };
  const booking = { room_id: room, from: "2027-01-01T10:00:00Z", to: "2027-01-01T11:00:00Z", customer };
  await house.call("POST", "/v1/bookings", { json: booking, headers });
  await house.call("POST", "/v1/bookings", { json: { ...booking, [opaque]: email }, headers });
  await house.call("PATCH", `/v1/rooms/${room}`, {
    json: { name: opaque },
    headers: { ...headers, "if-match": `"${opaque}"` },
  });
  for (const shape of shapes) {
    const path = encodeURIComponent(shape);
    await house.call("GET", `/v1/rooms/${path}?cursor=${opaque}&${opaque}=${path}`, { headers });
    await house.call("GET", `/v1/bookings?cursor=${path}&from=${opaque}`, { headers });
    await house.call("GET", `/${path}/${path}`, { headers });
  }
}

/** A fault with the canary in everything that a library may put into an error. */
async function failWith(
  house: Awaited<ReturnType<typeof openHouse>>,
  { opaque, shapes }: Canary,
  faults: Fault[],
) {
  const deps = buildDeps(env);
  const errors = shapes.flatMap((shape) => [
    new DrizzleQueryError(
      `select * from t where a = '${opaque}' and b = ?`,
      [opaque, shape],
      new Error(`D1_ERROR: ${shape}`),
    ),
    new Error(shape, { cause: new AggregateError([new Error(shape)], shape) }),
    Object.assign(new Error(shape), { name: shape, code: shape, payload: opaque }),
  ]);
  for (const error of errors) {
    const rooms = { ...deps.rooms.rooms, list: () => Promise.reject(error) };
    const app = createApp({ ...deps, rooms: { ...deps.rooms, rooms } });
    const worker = instrumentWorker(
      { fetch: (asked, bindings, ctx) => app.fetch(asked, bindings, ctx) },
      (given: typeof env) => ({
        ...kitConfig(given),
        faults: async (fault: Fault) => void faults.push(fault),
      }),
    );
    const asked = request("GET", "/v1/rooms", house.authorized());
    const response = await worker.fetch?.(asked as never, { ...env }, createExecutionContext());
    expect(response?.status).toBe(500);
  }
}

it("no canary that a client, a database or a library brings in leaves the Worker", async () => {
  const house = await openHouse();
  const { id } = await makeRoom(house);
  await fc.assert(
    fc.asyncProperty(canaries, async (canary) => {
      const faults: Fault[] = [];
      const left = await leavingDuring(async () => {
        await askEverything(house, id, canary);
        await failWith(house, canary, faults);
      });
      expect(leaksIn(left)).toEqual([]);
      expect(faults.length).toBe(canary.shapes.length * 3);
      expect(leaksIn(JSON.stringify(faults))).toEqual([]);
    }),
    { numRuns: 3 },
  );
}, 60_000);
