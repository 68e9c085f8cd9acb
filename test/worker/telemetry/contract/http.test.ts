import { beforeEach, describe, expect, it } from "vitest";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { ask, essence, inRequest, named, remote, traceparent } from "./fixture/drive.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const entry = {
  name: "GET",
  kind: "SERVER",
  failed: false,
  links: [] as unknown[],
  isRoot: true,
};
const attributesOf = (path: string, status: number) => ({
  "frontdesk.sli": true,
  "http.request.method": "GET",
  "http.response.status_code": status,
  "url.path": path,
  "url.scheme": "https",
});

describe("an HTTP request", () => {
  it("is one SERVER span named by its route, with these attributes and no other", async () => {
    const response = await ask("/rooms/7?token=secret");
    expect(await response.json()).toEqual({ id: "7" });
    expect(recording.spans().map(essence)).toEqual([
      {
        ...entry,
        name: "GET /rooms/{id}",
        attributes: { ...attributesOf("/rooms/7", 200), "http.route": "/rooms/{id}" },
      },
    ]);
  });

  it("is no error at 4xx", async () => {
    await ask("/status/404");
    expect(essence(named(recording, "GET"))).toEqual({
      ...entry,
      attributes: attributesOf("/status/404", 404),
    });
  });

  it("is an error at 5xx", async () => {
    await ask("/status/503");
    expect(essence(named(recording, "GET"))).toEqual({
      ...entry,
      failed: true,
      attributes: { ...attributesOf("/status/503", 503), "error.type": "unavailable" },
    });
  });

  it("keeps what a framework's error handler captured, once", async () => {
    expect(await (await ask("/handled")).text()).toBe("sorry");
    expect(essence(named(recording, "GET"))).toEqual({
      ...entry,
      failed: true,
      attributes: { ...attributesOf("/handled", 500), "error.type": "_OTHER" },
    });
    const [exception, ...others] = recording.logs().filter(({ event }) => /exception/.test(event));
    expect(others).toEqual([]);
    expect(exception).toMatchObject({
      event: "http.server.request.exception",
      spanId: named(recording, "GET").spanId,
      attributes: { "exception.type": "RangeError", "exception.message": "handled by Hono" },
    });
  });

  for (const [what, thrown] of Object.entries({
    "an error": new RangeError("planted"),
    null: null,
    undefined: undefined,
    "a frozen object": Object.freeze({ code: Object.freeze({}) }),
  }))
    it(`that throws ${what} ends as 500 and the same value passes on`, async () => {
      const given = await inRequest(() => Promise.reject(thrown)).catch((error: unknown) => ({ error }));
      expect(given).toHaveProperty("error");
      if (thrown instanceof Error) expect(given).toMatchObject({ error: { message: thrown.message } });
      expect(named(recording, "GET")).toMatchObject({
        failed: true,
        attributes: { "http.response.status_code": 500, "error.type": "_OTHER" },
      });
    });

  it("gives the very response of the handler", async () => {
    const response = await inRequest(() => {
      const body = new Blob(["x".repeat(100)]).stream();
      return new Response(body, { status: 201, headers: { "x-a": "b" } });
    });
    expect([response.status, response.headers.get("x-a")]).toEqual([201, "b"]);
    expect(await response.text()).toHaveLength(100);
  });
});

describe("the caller's trace", () => {
  it("is continued for a trusted caller, and its flag does not drop ours", async () => {
    await inRequest(({ STORE }) => STORE.get("x"), {
      headers: { traceparent, tracestate: "vendor=1", "x-trusted": "yes" },
    });
    const span = named(recording, "GET");
    expect(span).toMatchObject({ traceId: remote.traceId, parentSpanId: remote.spanId, links: [] });
    expect(span.traceState).toBe("vendor=1");
    expect(named(recording, "get STORE")).toMatchObject({
      traceId: remote.traceId,
      parentSpanId: span.spanId,
    });
  });

  it("is linked and not continued for anyone else", async () => {
    await ask("/status/200", { headers: { traceparent } });
    const { traceId, links, parentSpanId } = named(recording, "GET");
    expect(traceId).not.toBe(remote.traceId);
    expect(parentSpanId).toBeUndefined();
    expect(links).toMatchObject([remote]);
  });

  it("is ignored when it is malformed, even from a trusted caller", async () => {
    const headers = { traceparent: `00-${remote.traceId}-${"0".repeat(16)}-01`, "x-trusted": "yes" };
    await ask("/status/200", { headers });
    expect(essence(named(recording, "GET"))).toMatchObject({ isRoot: true, links: [] });
    expect(named(recording, "GET").traceId).not.toBe(remote.traceId);
  });
});
