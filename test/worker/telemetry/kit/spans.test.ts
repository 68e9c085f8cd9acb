import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeEach, describe, expect, it } from "vitest";
import { currentTrace, span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { plants } from "../../support/plants.ts";
import { spanNamed } from "./fixture/recorded.ts";
import { inRequest } from "./fixture/run.ts";

// Spans of a user have names of the user.
plants("CLIENT outer", "INTERNAL inner", "INTERNAL free", "user.email");

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const named = (name: string) => spanNamed(recording, name);

describe("spans of application code", () => {
  it("keep synchronous work synchronous and pass values and errors unchanged", async () => {
    const fault = Object.assign(new Error("no"), { code: "unavailable" });
    await inRequest(async () => {
      expect(span("auth.hash", {}, () => 5)).toBe(5);
      expect(await span("auth.hash", {}, async () => 6)).toBe(6);
      expect(() =>
        span("auth.login", {}, () => {
          throw fault;
        }),
      ).toThrow(fault);
      await expect(span("auth.register", {}, () => Promise.reject(fault))).rejects.toBe(fault);
    });
    expect(named("auth.login")).toMatchObject({ failed: true, attributes: { "error.type": "unavailable" } });
    expect(named("auth.register").parentSpanId).toBe(named("GET").spanId);
  });

  it("name what a caller did wrong without marking it as an error", async () => {
    await inRequest(() => span("auth.login", {}, (active) => active.fail("unauthenticated")));
    expect(named("auth.login")).toMatchObject({
      failed: false,
      attributes: { "error.type": "unauthenticated" },
    });
  });

  it("join spans that a user makes through the OpenTelemetry API, both ways", async () => {
    await inRequest(async ({ STORE }) => {
      const tracer = trace.getTracer("mine");
      await tracer.startActiveSpan("outer", { kind: SpanKind.CLIENT }, async (outer) => {
        await STORE.get("below outer");
        const inner = tracer.startSpan("inner", {}, trace.setSpan(context.active(), outer));
        inner.setStatus({ code: SpanStatusCode.ERROR }).setStatus({ code: SpanStatusCode.UNSET }).end();
        span("heartbeat", {}, () => undefined);
        expect(currentTrace()).toEqual({
          traceId: outer.spanContext().traceId,
          spanId: outer.spanContext().spanId,
        });
        outer.end();
      });
    });
    expect(recording.outline().split("\n")).toEqual([
      "SERVER GET",
      "  CLIENT outer",
      expect.stringMatching(/^ {4}/),
      expect.stringMatching(/^ {4}/),
      expect.stringMatching(/^ {4}/),
      "",
    ]);
    expect(named("inner")).toMatchObject({ failed: true, parentSpanId: named("outer").spanId });
    expect(named("get STORE").parentSpanId).toBe(named("outer").spanId);
  });

  it("give bound functions their `this`, and let an error that cannot be read pass", async () => {
    const hostile = Object.defineProperty({}, "code", {
      get() {
        throw new Error("unreadable");
      },
    });
    await inRequest(async () => {
      const teller = { name: "of the teller", tell: context.bind(context.active(), nameOf) };
      expect(teller.tell("name ")).toBe("name of the teller");
      await expect(span("heartbeat", {}, () => Promise.reject(hostile))).rejects.toBe(hostile);
    });
    expect(named("heartbeat")).toMatchObject({ failed: true, attributes: { "error.type": "_OTHER" } });
  });
  function nameOf(this: { readonly name: string }, before: string): string {
    return before + this.name;
  }

  it("leave out attributes that are not in the table", async () => {
    await inRequest(() => {
      trace
        .getTracer("mine")
        .startSpan("free", { attributes: { "user.email": "a@b.example", "db.operation.name": "x" } })
        .end();
    });
    expect(named("free").attributes).toEqual({ "db.operation.name": "x" });
  });
});
