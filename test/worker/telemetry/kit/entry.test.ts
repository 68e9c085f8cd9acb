import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env as rawEnv } from "cloudflare:workers";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeEach, describe, expect, it } from "vitest";
import {
  annotateEntry,
  bindContext,
  currentTrace,
  inject,
  instrumentWorker,
  type KitConfig,
  log,
  processMessage,
  span,
} from "../../../../telemetry/kit/index.ts";
import { type RecordedSpan, type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { eventually, inRequest } from "./fixture/run.ts";
import worker, { type Env, stage } from "./fixture/worker.ts";

const env = rawEnv as unknown as Env;
const remote = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${remote.traceId}-${remote.spanId}-00`;

const quiet: KitConfig = { environment: "local", release: "test", otlpEndpoint: "" };

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const named = (name: string): RecordedSpan => {
  const found = recording.spans().find((recorded) => recorded.name === name);
  if (!found) throw new Error(`no span ${name} in\n${recording.outline()}`);
  return found;
};

describe("the HTTP entry span", () => {
  it("is a SERVER span named by method and route, marked for the SLI", async () => {
    await inRequest(() => {
      annotateEntry({ "http.route": "/v1/bookings/{booking_id}" });
      return new Response(null, { status: 404 });
    }, "https://kit.test/v1/bookings/b1?token=x");
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
      },
    });
  });

  it("is an error at 5xx, with an error type from the closed set", async () => {
    await inRequest(() => new Response(null, { status: 503 }));
    expect(named("GET")).toMatchObject({ failed: true, attributes: { "error.type": "unavailable" } });
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

  it("believes X-Synthetic from trusted callers only", async () => {
    await inRequest(() => undefined, "https://kit.test/", { headers: { "x-synthetic": "test" } });
    await inRequest(() => undefined, "https://kit.test/", {
      headers: { "x-synthetic": "test", "x-trusted": "yes" },
    });
    const seen = recording.spans().map(({ attributes }) => attributes["user_agent.synthetic.type"]);
    expect(seen).toEqual([undefined, "test"]);
  });

  it("gives every span and record the fields of its invocation, and those of no other", async () => {
    await Promise.all(
      ["req_1", "req_2"].map((id) =>
        inRequest(async ({ STORE }) => {
          bindContext({ "frontdesk.request.id": id });
          await STORE.get("x");
          log("info", "looked");
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
        inner.setStatus({ code: SpanStatusCode.ERROR }).end();
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

describe("the queue", () => {
  it("links each message's CONSUMER span to its sender and unwraps the body", async () => {
    const bodies: unknown[] = [];
    stage.onMessage = (message) => bodies.push(message.body);
    await inRequest(async ({ JOBS }) => {
      await JOBS.send({ n: 1 });
      await JOBS.sendBatch([{ body: { n: 2 } }, { body: "text", contentType: "text" }]);
    });
    await eventually(() => (bodies.length === 3 ? true : undefined));
    expect(bodies.map((body) => JSON.stringify(body)).toSorted()).toEqual(['"text"', '{"n":1}', '{"n":2}']);
    const sends = recording.spans().filter(({ name }) => name === "send kit-jobs");
    const processes = recording.spans().filter(({ name }) => name === "process kit-jobs");
    expect(sends.map(({ kind }) => kind)).toEqual(["PRODUCER", "PRODUCER"]);
    expect(processes.map(({ kind, parentSpanId }) => [kind, parentSpanId])).toEqual(
      Array.from({ length: 3 }, () => ["CONSUMER", undefined]),
    );
    const linked = processes.flatMap(({ links }) => links.map(({ spanId }) => spanId)).toSorted();
    expect(linked).toEqual(sends.map(({ spanId }) => spanId).toSorted());
  });

  it("records the fault of a message, passes it on, and keeps ack and retry working", async () => {
    const ctx = createExecutionContext();
    const batch = createMessageBatch("kit-jobs", [
      { id: "m1", timestamp: 0, attempts: 3, body: { n: 1 } },
      { id: "m2", timestamp: 0, attempts: 1, body: { n: 2 } },
    ]);
    stage.onMessage = (message) => {
      if (message.id === "m2") throw new Error("poison");
      message.ack();
    };
    await expect(worker.queue?.(batch, env, ctx)).rejects.toThrow("poison");
    const result = await getQueueResult(batch, ctx);
    expect(result.explicitAcks).toEqual(["m1"]);
    const spans = recording.spans();
    expect(spans.map(({ attributes, failed }) => [attributes["messaging.message.id"], failed])).toEqual([
      ["m1", false],
      ["m2", true],
    ]);
    expect(spans[0]?.attributes["messaging.message.delivery_attempt"]).toBe(3);
    expect(recording.logs().map(({ event }) => event)).toEqual(["exception"]);
  });

  it("spans a message that its handler did not give to processMessage, failed when the handler fails", async () => {
    const outcomes = {
      good: () => undefined,
      bad: () => Promise.reject(new Error("Network connection lost.")),
    };
    for (const outcome of Object.values(outcomes)) {
      const ctx = createExecutionContext();
      const body = { "~frontdesk.trace": { traceparent }, body: 1 };
      const batch = createMessageBatch("kit-jobs", [{ id: "m", timestamp: 0, attempts: 1, body }]);
      const plain = instrumentWorker<Env, unknown>({ queue: async () => outcome() }, () => quiet);
      await Promise.resolve(plain.queue?.(batch, env, ctx)).catch(() => undefined);
      await getQueueResult(batch, ctx);
    }
    expect(recording.outline()).toBe("CONSUMER process kit-jobs\nCONSUMER process kit-jobs\n");
    expect(recording.spans().map(({ failed, attributes }) => [failed, attributes["error.type"]])).toEqual([
      [false, undefined],
      [true, "connection_lost"],
    ]);
    for (const { links } of recording.spans()) expect(links).toMatchObject([remote]);
  });

  it("adds the links that the caller knows, each once", async () => {
    const ctx = createExecutionContext();
    const batch = createMessageBatch("kit-jobs", [{ id: "m", timestamp: 0, attempts: 1, body: 1 }]);
    stage.onMessage = () => undefined;
    const links = [{ traceparent }, undefined, { traceparent }, { traceparent: "broken" }];
    const [message] = batch.messages;
    if (message) processMessage(message, () => undefined, { links });
    await getQueueResult(batch, ctx);
    expect(recording.spans()[0]?.links).toMatchObject([remote]);
    expect(recording.spans()[0]?.links).toHaveLength(1);
  });
});

describe("other entries", () => {
  it("span the cron and what it does", async () => {
    const ctx = createExecutionContext();
    await worker.scheduled?.(createScheduledController({ cron: "* * * * *" }), env, ctx);
    await waitOnExecutionContext(ctx);
    expect(recording.outline()).toBe("SERVER scheduled * * * * *\n  INTERNAL heartbeat\n");
    expect(named("scheduled * * * * *").attributes).not.toHaveProperty("frontdesk.sli");
  });

  it("span an alarm as a trace of its own", async () => {
    const stub = env.COUNTER.getByName("alarm");
    await stub.soon();
    recording.clear();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(recording.outline()).toBe("SERVER BareCounter/alarm\n  CLIENT SELECT\n");
  });

  it("serve an object's caller that knows nothing of the kit", async () => {
    expect(await env.COUNTER.getByName("bare").arguments(1, 2, 3)).toBe(3);
    expect(recording.outline()).toBe("SERVER BareCounter/arguments\n");
  });

  it("keep an object's synchronous methods, name and state", async () => {
    await runInDurableObject(env.COUNTER.getByName("sync"), (instance, state) => {
      expect((instance as unknown as { add(amount: number): number }).add(3)).toBe(3);
      expect(state.storage.sql.exec("SELECT 1 AS one").one()).toEqual({ one: 1 });
    });
  });

  it("store the context of the active span for later work", async () => {
    let carrier: ReturnType<typeof inject>;
    await inRequest(() => {
      carrier = inject();
    });
    expect(carrier?.traceparent).toBe(`00-${named("GET").traceId}-${named("GET").spanId}-01`);
    expect(inject()).toBeUndefined();
  });
});
