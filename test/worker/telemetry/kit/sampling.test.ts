import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { observe } from "../../../../telemetry/kit/export/buffer.ts";
import { log } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { placeOf } from "../../../../telemetry/kit/sample.ts";
import { resetWithheld } from "../../../../telemetry/kit/withhold.ts";
import { invented, plants } from "../../support/plants.ts";
import { collectorAnswers, eventually, inRequest, received } from "./fixture/run.ts";
import { type Job, stage } from "./fixture/worker.ts";

const kit = { "frontdesk.module": "telemetry" };
const twelve = [
  "timestamp",
  "severity",
  "service",
  "environment",
  "version",
  "request_id",
  "trace_id",
  "span_id",
  "tenant",
  "module",
  "event",
  "code",
];
let recording: Recording;
let printed: string[];

beforeEach(async () => {
  await collectorAnswers();
  recording = startRecording();
  resetWithheld();
  printed = [];
  for (const method of ["log", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => printed.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  recording.stop();
  stage.config = {};
  resetWithheld();
});

const trusted = { "x-trusted": "yes" };
const events = () => recording.logs().map(({ event }) => event);
const saying = (job: Job, headers: Record<string, string> = {}) =>
  inRequest(
    async (env, ctx, request) => {
      log("info", invented("began"), kit);
      await job(env, ctx, request);
    },
    undefined,
    { headers },
  );
const nothing: Job = () => undefined;

it("every line on the console begins with the same twelve keys, null where there is nothing to say", async () => {
  await saying(() => log("warn", invented("second"), { ...kit, "frontdesk.room.id": "room_1" }, "text"));
  expect(printed).toHaveLength(2);
  for (const line of printed) {
    expect(Object.keys(JSON.parse(line)).slice(0, 12)).toEqual(twelve);
    expect(JSON.parse(line)).toMatchObject({
      request_id: null,
      tenant: null,
      code: null,
      module: "telemetry",
    });
  }
});

it("the same share of traces is logged as the hash of their ids says, whole or not at all", async () => {
  stage.config = { logShare: 0.3 };
  for (let made = 0; made < 60; made++) await saying(() => log("info", invented("ended"), kit));
  const logged = Map.groupBy(recording.logs(), ({ traceId }) => traceId ?? "");
  const traces = recording.spans().map(({ traceId }) => traceId);
  expect(traces).toHaveLength(60);
  for (const trace of traces) expect(logged.get(trace)?.length ?? 0).toBe(placeOf(trace) < 0.3 ? 2 : 0);
  expect(logged.size).toBeGreaterThan(0);
  expect(logged.size).toBeLessThan(60);
  expect(printed).toHaveLength(recording.logs().length);
});

describe("with no share at all", () => {
  beforeEach(() => {
    stage.config = { logShare: 0 };
  });
  const told: Record<string, readonly [Job, Record<string, string>?]> = {
    "a warning is written": [() => log("warn", invented("careful"), kit)],
    "an error is written": [() => log("error", invented("broken"), kit)],
  };
  for (const [what, [job]] of Object.entries(told))
    it(`${what}, what went well before it is not`, async () => {
      await saying(job);
      expect(events()).toHaveLength(1);
      expect(events()).not.toContain("began");
    });

  it("a request that fails is told in full, with the times at which it happened", async () => {
    await saying(() =>
      new Promise((resolve) => setTimeout(resolve, 20)).then(() => Promise.reject(new Error("x"))),
    ).catch(() => undefined);
    expect(events().toSorted()).toEqual(["began", "http.server.request.exception"]);
    const [began, failed] = ["began", "http.server.request.exception"].map((name) =>
      recording.logs().find(({ event }) => event === name),
    );
    expect(began?.timeMs).toBeLessThan(failed?.timeMs ?? 0);
    expect(printed).toHaveLength(2);
  });

  it("a slow request is told in full", async () => {
    await saying(() => new Promise((resolve) => setTimeout(resolve, 520)));
    expect(events()).toEqual(["began"]);
  });

  it("a request whose trace is kept on demand is told in full", async () => {
    await saying(nothing, { ...trusted, "x-trace-keep": "1" });
    expect(events()).toEqual(["began"]);
  });

  it("a request that went well is not, and a metric says how much was left out", async () => {
    await saying(nothing);
    await saying(nothing);
    expect(events()).toEqual([]);
    expect(printed).toEqual([]);
    const sums = await eventually(async () => {
      const metrics = (await received()).filter(({ signal }) => signal === "metrics");
      const text = JSON.stringify(metrics);
      return text.includes("frontdesk.logs.suppressed") && /"asDouble":[12]/.test(text) ? text : undefined;
    });
    expect(sums).toContain('"stringValue":"sampled"');
  });
});

describe("over the limit of the isolate", () => {
  const rate = 2;
  beforeEach(() => {
    stage.config = { logsPerSecond: rate };
  });

  it("success is cut to a burst; errors and warnings pass; one record says how many were cut", async () => {
    await saying(() => {
      for (let at = 0; at < 40; at++) log("info", invented("chatter"), kit);
      for (let at = 0; at < 40; at++) log("error", invented("trouble"), kit);
      for (let at = 0; at < 40; at++) log("warn", invented("careful"), kit);
    });
    const count = (name: string) => events().filter((event) => event === name).length;
    expect(count("chatter")).toBeLessThanOrEqual(5 * rate);
    expect(count("chatter")).toBeGreaterThan(0);
    expect([count("trouble"), count("careful")]).toEqual([40, 40]);
    observe();
    const said = recording.logs().find(({ event }) => event === "telemetry.suppressed");
    expect(said?.message).toBe(`${41 - 5 * rate} records of success were over the limit of this isolate`);
    const sum = recording.points().filter(({ metric }) => metric === "frontdesk.logs.suppressed");
    expect(sum).toMatchObject([
      { value: 41 - 5 * rate, labels: { "frontdesk.suppression.reason": "rate_limited" } },
    ]);
    expect(printed.some((line) => JSON.parse(line).event === "telemetry.suppressed")).toBe(true);
  });

  it("a request that fails is told in full all the same", async () => {
    await saying(() => {
      for (let at = 0; at < 30; at++) log("info", invented("chatter"), kit);
      throw new Error("planted");
    }).catch(() => undefined);
    expect(events().filter((event) => event === "chatter")).toHaveLength(30);
  });
});

const injected = 'x"}\n{"severity":"info"\u001b[2J\u009b\u2028\u0000y';
it("control characters of a person reach neither the console nor OTLP, wherever they were put", async () => {
  const bad = /(?!\n)[\p{Cc}\u2028\u2029]/u;
  await saying(() => {
    log(
      "warn",
      `event ${injected}` as never,
      { "frontdesk.module": injected, "frontdesk.room.id": injected },
      injected,
    );
    const fault = new Error(injected, { cause: new Error(injected) });
    fault.stack = `Error: ${injected}\n    at ${injected} (x.js:1:1)`;
    throw fault;
  }).catch(() => undefined);
  plants(...events().filter((event) => event.startsWith("event x")));
  const deep = (value: unknown): string[] =>
    typeof value === "string"
      ? [value]
      : typeof value === "object" && value
        ? Object.values(value).flatMap(deep)
        : [];
  const sent = await eventually(async () => {
    const bodies = (await received()).map(({ body }) => body);
    return JSON.stringify(bodies).includes("exception.stacktrace") ? bodies : undefined;
  });
  for (const text of [...deep(sent), ...printed.flatMap((line) => deep(JSON.parse(line)))])
    expect(text).not.toMatch(bad);
  for (const line of printed) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  const manyLines = deep(sent).filter((text) => text.includes("\n"));
  expect(manyLines.every((text) => text.includes("    at ") || text.startsWith("Error"))).toBe(true);
});
