import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { resetGate, sentryFaults } from "../../../../telemetry/kit/faults/sentry.ts";
import { capture, span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import type { Received } from "./fixture/collector.ts";
import { collectorAnswers, collectorUrl, eventually, inRequest, received } from "./fixture/run.ts";
import { type Job, stage } from "./fixture/worker.ts";

const kit = { "frontdesk.module": "telemetry" };
const dsn = () => collectorUrl().replace("http://", "http://publickey@").concat("/42");
let recording: Recording;

// The package of Sentry is large: a bundle has it at hand, this runner has to fetch its modules first.
beforeAll(() => import("../../../../telemetry/kit/faults/sentry-client.ts"), 60_000);
beforeEach(async () => {
  recording = startRecording();
  resetGate();
  await collectorAnswers();
  stage.config = { faults: sentryFaults(dsn()) };
});
afterEach(() => {
  recording.stop();
  stage.config = {};
});

// biome-ignore lint/suspicious/noExplicitAny: an envelope as it came, read by path
type SentryEvent = any;
const toldIn = (all: readonly Received[]): SentryEvent[] =>
  all.filter(({ signal }) => signal === "sentry").map(({ body }) => body[2]);
const told = async () => toldIn(await received());
const toldAtLeast = (count: number) =>
  eventually(async () => {
    const events = await told();
    return events.length >= count ? events : undefined;
  });
/** Long enough for what must not come. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 400));
const exceptions = () => recording.logs().filter(({ attributes }) => "exception.type" in attributes);
const failing = (error: unknown, job: Job = () => undefined) =>
  inRequest(async (env, ctx, request) => {
    await job(env, ctx, request);
    capture(error, kit);
  });

describe("Sentry", () => {
  it("is told of a fault once, with our trace, release and environment, and nothing else comes with it", async () => {
    const fault = new TypeError("room of ada@mail.example is gone", { cause: new RangeError("too far") });
    await inRequest(() =>
      span("auth.hash", {}, () => {
        capture(fault, kit);
        capture(fault, kit);
      }),
    );
    const [event] = await toldAtLeast(1);
    await quiet();
    const all = (await received()).filter(({ signal }) => signal === "sentry");
    expect(all).toHaveLength(1);
    expect(all[0]?.traceparent).toBeNull();
    expect(all[0]?.body).toHaveLength(3);
    const [header, item] = all[0]?.body ?? [];
    const [hash] = recording.spans().filter(({ name }) => name === "auth.hash");
    expect(item).toMatchObject({ type: "event" });
    expect(header.dsn ?? "").not.toContain("ada");
    expect(event).toMatchObject({
      release: "test",
      environment: "local",
      level: "error",
      tags: { "error.type": "_OTHER", module: "telemetry" },
      contexts: { trace: { trace_id: hash?.traceId, span_id: hash?.spanId } },
      exception: {
        values: [
          { type: "RangeError", value: "too far" },
          { type: "TypeError", value: "room of [email] is gone" },
        ],
      },
    });
    expect(event.exception.values[1].stacktrace.frames.at(-1)).toMatchObject({
      filename: expect.stringContaining("faults.test.ts"),
      lineno: expect.any(Number),
    });
    expect(event).not.toHaveProperty("request");
    expect(event).not.toHaveProperty("user");
    expect(event).not.toHaveProperty("spans");
    expect(event).not.toHaveProperty("breadcrumbs");
    expect(recording.spans().map(({ name }) => name)).toEqual(["auth.hash", "GET"]);
  });

  it("names tenant and request as tags", async () => {
    await inRequest(() => {
      const bound = { "frontdesk.tenant.id": "tenant_1", "frontdesk.request.id": "req_1" };
      capture(new Error("x"), { ...kit, ...bound });
    });
    const [event] = await toldAtLeast(1);
    expect(event.tags).toMatchObject({ tenant: "tenant_1", request_id: "req_1" });
  });

  it("is not told of what a caller did wrong or gave up", async () => {
    await failing(Object.assign(new Error("no such room"), { code: "not_found" }));
    await failing(Object.assign(new Error("gone"), { name: "AbortError" }));
    await inRequest(() => new Response("no", { status: 404 }));
    await quiet();
    expect(await told()).toEqual([]);
  });

  it("is told nothing without a DSN, or with what is none", async () => {
    for (const none of [undefined, "", "https://sentry.example/42", "publickey", "ftp://k@s.example/1"]) {
      expect(sentryFaults(none)).toBeUndefined();
      stage.config = { faults: sentryFaults(none) };
      await failing(new Error("unseen"));
    }
    await quiet();
    expect(await told()).toEqual([]);
    expect(exceptions()).toHaveLength(5);
  });

  it("is told of 20 faults of a flood; the log has them all, and a metric counts the rest", async () => {
    await Promise.all(Array.from({ length: 30 }, (_, at) => failing(new Error(`flood ${at}`))));
    await toldAtLeast(20);
    await quiet();
    expect((await told()).length).toBeLessThanOrEqual(22);
    expect(exceptions()).toHaveLength(30);
    const untold = recording.points().filter(({ metric }) => metric === "frontdesk.faults.untold");
    expect(untold.length).toBeGreaterThanOrEqual(8);
    expect(untold[0]?.labels).toEqual({ "frontdesk.drop.reason": "rate_limited" });
  });

  it("is left alone for as long as it asks with 429", async () => {
    await collectorAnswers({ signal: "sentry", status: 429, headers: { "retry-after": "60" } });
    await failing(new Error("first"));
    await toldAtLeast(1);
    await eventually(() => recording.points().find(({ metric }) => metric === "frontdesk.faults.untold"));
    await failing(new Error("second"));
    await quiet();
    expect(await told()).toHaveLength(1);
  });

  const away = {
    "is down": () => "http://publickey@127.0.0.1:1/42",
    "answers 500": dsn,
    hangs: dsn,
    "cuts the connection": dsn,
  };
  for (const [how, address] of Object.entries(away))
    it(`that ${how} changes no answer and delays none`, async () => {
      const rule = { signal: "sentry" as const, status: 500 };
      const cases = {
        hangs: { ...rule, hangMs: 20_000 },
        "cuts the connection": { ...rule, cut: "close" as const },
      };
      await collectorAnswers(...(how === "is down" ? [] : [cases[how as keyof typeof cases] ?? rule]));
      stage.config = { faults: sentryFaults(address()) };
      const before = Date.now();
      const response = await failing(new Error("felt by nobody"));
      expect([response.status, await response.text()]).toEqual([200, "ok"]);
      expect(Date.now() - before).toBeLessThan(2_000);
      expect(exceptions()).toHaveLength(1);
      const untold = () => recording.points().find(({ metric }) => metric === "frontdesk.faults.untold");
      expect((await eventually(untold)).labels).toEqual({ "frontdesk.drop.reason": "rejected" });
    });
});

describe("a fault of a Durable Object", () => {
  const calling = (method: "fails" | "refuses", argument?: "answer" | "text") =>
    inRequest(async ({ COUNTER }) => {
      const stub = COUNTER.getByName(crypto.randomUUID()) as unknown as Record<
        string,
        (arg?: string) => Promise<void>
      >;
      await stub[method]?.(argument);
    }).catch(() => undefined);

  it("has one record and one event, on the side that has the stack, though the caller fails of it too", async () => {
    await calling("fails");
    const [record, ...others] = exceptions();
    expect(others).toEqual([]);
    const spans = recording.spans().filter(({ name }) => name.endsWith("/fails"));
    const server = spans.find(({ kind }) => kind === "SERVER");
    expect(record).toMatchObject({ spanId: server?.spanId, traceId: server?.traceId });
    expect(record?.attributes["exception.stacktrace"]).toContain("fixture/worker.ts");
    expect(recording.spans().filter(({ failed }) => failed)).toHaveLength(3);
    await toldAtLeast(1);
    await quiet();
    expect(await told()).toHaveLength(1);
  });

  it("that the caller caused is the caller's to judge", async () => {
    await calling("refuses", "answer");
    const [record, ...others] = exceptions();
    expect(others).toEqual([]);
    expect(record?.attributes["error.type"]).toBe("not_found");
    expect(record?.event).toBe("http.server.request.exception");
  });

  it("that is no error is recorded by the caller, once", async () => {
    await calling("refuses", "text");
    expect(exceptions().map(({ event }) => event)).toEqual(["http.server.request.exception"]);
  });
});

it("what a recorded error wraps, or is wrapped in, is no second fault", async () => {
  const inner = new Error("inner");
  const middle = new Error("middle", { cause: inner });
  await inRequest(() => {
    for (const error of [middle, inner, new Error("outer", { cause: middle })]) capture(error, kit);
  });
  expect(exceptions()).toHaveLength(1);
});

it("the same error thrown by two requests is two faults", async () => {
  const kept = new Error("a promise that was kept");
  await failing(kept);
  await failing(kept);
  expect(exceptions()).toHaveLength(2);
});

it("an error whose properties throw is recorded by nobody and hurts nobody", async () => {
  const nasty = new Proxy(new Error("x"), {
    get: () => {
      throw new Error("do not look");
    },
  });
  expect((await failing(nasty)).status).toBe(200);
});
