import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeEach, describe, expect, it } from "vitest";
import { span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { plants } from "../../support/plants.ts";
import { inRequest, named, remote } from "./fixture/drive.ts";
import { earlyTracer, stage } from "./fixture/worker.ts";

// Spans of a user have names of the user.
plants(
  "INTERNAL inner",
  "CLIENT outer",
  "INTERNAL early",
  "INTERNAL mine",
  "INTERNAL outside",
  "INTERNAL work",
  "INTERNAL root",
  "INTERNAL foreign",
);

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

describe("spans of a user of @opentelemetry/api", () => {
  it("join the trace, above and below spans of the kit", async () => {
    await inRequest(({ STORE }) =>
      trace.getTracer("mine").startActiveSpan("outer", { kind: SpanKind.CLIENT }, async (outer) => {
        await STORE.get("x");
        await span("heartbeat", {}, async () => trace.getTracer("mine").startSpan("inner").end());
        outer.end();
      }),
    );
    expect(recording.outline()).toBe(
      "SERVER GET\n  CLIENT outer\n    CLIENT get STORE\n    INTERNAL heartbeat\n      INTERNAL inner\n",
    );
  });

  it("join it too when their tracer was taken before the first request", async () => {
    await inRequest(() => earlyTracer.startSpan("early").end());
    expect(recording.outline()).toBe("SERVER GET\n  INTERNAL early\n");
  });

  for (const name of ["handler", "export", "fetcher"])
    it(`are the kit's whatever the tracer is called: ${name}`, async () => {
      await inRequest(() =>
        trace
          .getTracer(name)
          .startSpan("mine", { links: [{ context: link }] })
          .end(),
      );
      expect(named(recording, "mine").links).toMatchObject([remote]);
    });
  const link = { ...remote, traceFlags: 0 };

  it("work in every entry, and outside of all", async () => {
    stage.onMessage = () => undefined;
    trace.getTracer("mine").startSpan("outside").end();
    expect(named(recording, "outside").parentSpanId).toBeUndefined();
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it("are what is active, and the entry's span is a full one", async () => {
    await inRequest(() => {
      const active = trace.getActiveSpan();
      active?.setAttribute("http.route", "/job").setStatus({ code: SpanStatusCode.ERROR });
      active?.addLink({ context: link });
      active?.recordException(new RangeError("seen and handled"));
      expect(active?.isRecording()).toBe(true);
      expect(active?.spanContext().traceFlags).toBe(1);
    });
    const entry = named(recording, "GET /job");
    expect(entry.links).toMatchObject([remote]);
    // The status of the answer has the last word.
    expect(entry.failed).toBe(false);
    expect(recording.logs()).toMatchObject([
      { event: "http.server.request.exception", spanId: entry.spanId, traceId: entry.traceId },
    ]);
  });

  it("turn an exception into a log record, and a status into a failure", async () => {
    await inRequest(() =>
      trace.getTracer("mine").startActiveSpan("work", (work) => {
        work.recordException(new RangeError("lost"));
        work.setStatus({ code: SpanStatusCode.ERROR }).end();
      }),
    );
    const work = named(recording, "work");
    expect(work).toMatchObject({ failed: true, attributes: { "error.type": "_OTHER" } });
    expect(recording.logs()).toMatchObject([
      { event: "exception", spanId: work.spanId, attributes: { "exception.message": "lost" } },
    ]);
  });

  it("keep a user's own keys in the context, also across the kit's spans", async () => {
    const key = Symbol("mine");
    await inRequest(async () => {
      await context.with(context.active().setValue(key, 7), () =>
        span("heartbeat", {}, async () => {
          await Promise.resolve();
          expect(context.active().getValue(key)).toBe(7);
        }),
      );
      expect(context.active().getValue(key)).toBeUndefined();
    });
  });

  it("take root and an explicit parent", async () => {
    await inRequest(() => {
      const tracer = trace.getTracer("mine");
      tracer.startSpan("root", { root: true }).end();
      tracer.startSpan("foreign", {}, trace.setSpanContext(context.active(), link)).end();
    });
    expect(named(recording, "root").parentSpanId).toBeUndefined();
    expect(named(recording, "root").traceId).not.toBe(named(recording, "GET").traceId);
    expect(named(recording, "foreign")).toMatchObject({
      traceId: remote.traceId,
      parentSpanId: remote.spanId,
    });
  });

  it("find nothing of ours in the propagation API", async () => {
    await inRequest(() => {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      expect(carrier).toEqual({});
    });
    expect(named(recording, "GET").failed).toBe(false);
  });
});
