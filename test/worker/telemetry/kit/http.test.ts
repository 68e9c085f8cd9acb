import { beforeEach, describe, expect, it } from "vitest";
import { attributes } from "../../../../telemetry/attributes.ts";
import { annotateEntry, bindContext, log } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { spanNamed } from "./fixture/recorded.ts";
import { inRequest } from "./fixture/run.ts";

const remote = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${remote.traceId}-${remote.spanId}-00`;

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const named = (name: string) => spanNamed(recording, name);

describe("the HTTP entry span", () => {
  it("is a SERVER span named by method and route, marked for the SLI", async () => {
    const job = () => {
      annotateEntry({ "http.route": "/v1/bookings/{booking_id}" });
      return new Response(null, { status: 404 });
    };
    const headers = { "cf-ray": "8f1c2d3e4f5a6b7c-AMS" };
    await inRequest(job, "https://kit.test/v1/bookings/b1?token=x", { headers });
    expect(named("GET /v1/bookings/{booking_id}")).toMatchObject({
      kind: "SERVER",
      failed: false,
      parentSpanId: undefined,
      attributes: {
        "frontdesk.sli": true,
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "url.path": "/v1/bookings/b1",
        "url.scheme": "https",
        "cloudflare.ray_id": "8f1c2d3e4f5a6b7c-AMS",
      },
    });
  });

  it("is an error at 5xx, with an error type from the closed set", async () => {
    await inRequest(() => new Response(null, { status: 503 }));
    expect(named("GET")).toMatchObject({ failed: true, attributes: { "error.type": "unavailable" } });
  });

  it("has no error type at 4xx, whatever was annotated on the way", async () => {
    await inRequest(() => {
      annotateEntry({ "error.type": "slot_taken", "frontdesk.problem.code": "slot_taken" });
      return new Response(null, { status: 409 });
    });
    expect(named("GET")).toMatchObject({ failed: false });
    expect(named("GET").attributes).not.toHaveProperty("error.type");
    expect(named("GET").attributes["frontdesk.problem.code"]).toBe("slot_taken");
  });

  it("records a handler that throws as 500 and one exception, and passes the error on", async () => {
    const fault = async () => {
      throw new RangeError("planted");
    };
    await expect(inRequest(fault)).rejects.toThrow("planted");
    expect(named("GET")).toMatchObject({ failed: true, attributes: { "http.response.status_code": 500 } });
    const exceptions = recording.logs().filter(({ event }) => event === "http.server.request.exception");
    expect(exceptions).toHaveLength(1);
    expect(exceptions[0]?.attributes).toMatchObject({
      "exception.type": "RangeError",
      "exception.message": "planted",
    });
    expect(exceptions[0]?.spanId).toBe(named("GET").spanId);
  });

  it("knows the methods of the table", async () => {
    // The platform's client refuses to send these.
    const unsendable: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "_OTHER"]);
    const sent = attributes["http.request.method"].values.filter((method) => !unsendable.has(method));
    for (const method of sent) await inRequest(() => undefined, "https://kit.test/", { method });
    expect(recording.spans().map(({ name }) => name)).toEqual(sent);
  });

  it("calls an unknown method _OTHER", async () => {
    await inRequest(() => undefined, "https://kit.test/", { method: "PROPFIND" });
    expect(named("HTTP").attributes).toMatchObject({
      "http.request.method": "_OTHER",
      "http.request.method_original": "PROPFIND",
    });
  });

  it("continues the trace of a trusted caller, sampled or not", async () => {
    await inRequest(() => undefined, "https://kit.test/", { headers: { traceparent, "x-trusted": "yes" } });
    expect(named("GET")).toMatchObject({ traceId: remote.traceId, parentSpanId: remote.spanId, links: [] });
  });

  it("only links the trace of anybody else", async () => {
    await inRequest(() => undefined, "https://kit.test/", { headers: { traceparent } });
    const entry = named("GET");
    expect(entry.traceId).not.toBe(remote.traceId);
    expect(entry.parentSpanId).toBeUndefined();
    expect(entry.links).toMatchObject([remote]);
  });

  it.each(["fail", "later"])(
    "trusts nobody when the check of trust does %s, and serves all the same",
    async (how) => {
      const headers = { traceparent, "x-trusted": how, "x-trace-keep": "1" };
      expect((await inRequest(() => undefined, "https://kit.test/", { headers })).status).toBe(200);
      expect(named("GET").traceId).not.toBe(remote.traceId);
      expect(named("GET").attributes).not.toHaveProperty("frontdesk.keep");
    },
  );

  it("believes X-Synthetic from trusted callers only", async () => {
    await inRequest(() => undefined, "https://kit.test/", { headers: { "x-synthetic": "test" } });
    await inRequest(() => undefined, "https://kit.test/", {
      headers: { "x-synthetic": "test", "x-trusted": "yes" },
    });
    const seen = recording.spans().map(({ attributes }) => attributes["user_agent.synthetic.type"]);
    expect(seen).toEqual([undefined, "test"]);
  });

  it("asks to keep the trace for trusted callers that say so, and for nobody else", async () => {
    const asks: Record<string, string>[] = [
      { "x-trace-keep": "1" },
      { "x-trusted": "yes" },
      { "x-trace-keep": "0", "x-trusted": "yes" },
      { "x-trace-keep": "1", "x-trusted": "yes" },
    ];
    for (const headers of asks) await inRequest(() => undefined, "https://kit.test/", { headers });
    const seen = recording.spans().map(({ attributes }) => attributes["frontdesk.keep"]);
    expect(seen).toEqual([undefined, undefined, undefined, true]);
  });

  it("gives every span and record the fields of its invocation, and those of no other", async () => {
    await Promise.all(
      ["req_1", "req_2"].map((id) =>
        inRequest(async ({ STORE }) => {
          bindContext({ "frontdesk.request.id": id });
          await STORE.get("x");
          log("info", "http.request", { "frontdesk.module": "telemetry" });
        }),
      ),
    );
    const ids = new Map(
      recording.spans().map(({ traceId, attributes }) => [traceId, attributes["frontdesk.request.id"]]),
    );
    expect([...ids.values()].toSorted()).toEqual(["req_1", "req_2"]);
    for (const { traceId, attributes } of [...recording.spans(), ...recording.logs()])
      expect(attributes["frontdesk.request.id"]).toBe(ids.get(traceId ?? ""));
  });
});
