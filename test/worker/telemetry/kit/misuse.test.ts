import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  count,
  exportCounts,
  instrumentWorker,
  type KitConfig,
  log,
  record,
  span,
} from "../../../../telemetry/kit/index.ts";
import { startRecording } from "../../../../telemetry/kit/recording.ts";
import { plantsAnything } from "../../support/plants.ts";
import { drained, freshExporter, ofSignal } from "./fixture/exporter.ts";
import { collectorUrl, inRequest, received } from "./fixture/run.ts";

// A Worker that is bundled and not compiled gives the kit anything.
plantsAnything();

const printed: Record<string, unknown>[] = [];
beforeEach(() => {
  printed.length = 0;
  for (const level of ["log", "warn"] as const)
    vi.spyOn(console, level).mockImplementation((line) => void printed.push(JSON.parse(line)));
});
const refusals = () =>
  printed.filter(({ event }) => event === "telemetry.refused").map(({ message }) => message);

describe("what slips past the compiler costs the request nothing", () => {
  it("a metric that is in no table, or there as another instrument, is dropped with one warning", async () => {
    const recording = startRecording();
    const answer = await inRequest(() => {
      for (let times = 0; times < 3; times++) count("mine.count" as never, 1);
      for (const name of ["toString", "frontdesk.outbox.age"]) count(name as never, 1);
      record("frontdesk.logs.suppressed" as never, 1);
    });
    expect(answer.status).toBe(200);
    expect(refusals()).toEqual([
      "counter mine.count: no such row in metrics.ts",
      "counter toString: no such row in metrics.ts",
      "counter frontdesk.outbox.age: no such row in metrics.ts",
      "gauge frontdesk.logs.suppressed: no such row in metrics.ts",
    ]);
    expect(recording.points()).toEqual([]);
    recording.stop();
  });

  it("a record says what it can of a severity, an event and a message that are none", async () => {
    const write = log as unknown as (...given: unknown[]) => void;
    const own = { "frontdesk.module": "worker" };
    const answer = await inRequest(() => {
      write("warning", "calendar.repaired", own, new TypeError("told as text"));
      write("info", "mine.happened", own);
      write("info", undefined, undefined);
    });
    expect(answer.status).toBe(200);
    expect(printed.map(({ severity, event, message }) => [severity, event, message])).toEqual([
      ["warn", "calendar.repaired", "TypeError: told as text"],
      ["info", "mine.happened", undefined],
      ["info", "undefined", undefined],
    ]);
  });

  it("a label that no JSON can hold, or a span without a name, takes nothing else with it", async () => {
    await freshExporter();
    await inRequest(() => {
      count("frontdesk.invocations", 1, { "cloudflare.outcome": 1n } as never);
      span(undefined as never, {}, () => undefined);
    });
    await drained();
    expect(exportCounts().traces).toMatchObject({ ended: 2, sent: 2 });
    expect(exportCounts().metrics).toMatchObject({ ended: 1, sent: 1 });
  });
});

it("an attribute that does not leave is named once where one develops; a span of another name leaves", async () => {
  await freshExporter();
  const make = () =>
    span("my.name" as never, { "my.attribute": 7, "url.scheme": "gopher" } as never, () => 0);
  await inRequest(make);
  await inRequest(make);
  await drained();
  const sent = ofSignal("traces", await received()).map(({ body }) => JSON.stringify(body));
  expect(sent.join()).toContain('"my.name"');
  expect(sent.join()).not.toContain("my.attribute");
  expect(refusals().filter((told) => !String(told).includes("cloudflare.outcome"))).toEqual([
    "attribute my.attribute: no such row in attributes.ts, or not for this value",
    "attribute url.scheme: no such row in attributes.ts, or not for this value",
  ]);
});

describe("a configuration", () => {
  const serve = async (configure: () => KitConfig) => {
    const worker = instrumentWorker({ fetch: () => new Response("served") }, configure);
    const ctx = createExecutionContext();
    for (let times = 0; times < 2; times++) {
      // The same environment: what is wrong with it is said once.
      const answer = await worker.fetch?.(new Request("https://kit.test/") as never, env, ctx);
      expect(await answer?.text()).toBe("served");
    }
    await waitOnExecutionContext(ctx);
    return printed.map(({ event, environment, message }) => [event, environment, message]);
  };
  let env = {};
  beforeEach(async () => {
    await freshExporter();
    env = {};
  });
  const local = { environment: "local", release: "r" } as const;

  for (const endpoint of ["127.0.0.1:4318", "localhost:4318", "http//x", "ftp://x", "https://"])
    it(`that sends to ${endpoint} exports nothing and says what is wrong`, async () => {
      expect(await serve(() => ({ ...local, otlpEndpoint: endpoint }))).toEqual([
        [
          "telemetry.unconfigured",
          "local",
          `otlpEndpoint "${endpoint}" is no http(s) URL: nothing is exported`,
        ],
      ]);
      expect(exportCounts().traces.ended).toBe(0);
    });

  it("that throws, or is none, says so too", async () => {
    const failing = () => {
      throw new Error("no SECRET");
    };
    expect(await serve(failing)).toEqual([["telemetry.unconfigured", "local", "configure threw: no SECRET"]]);
    env = {};
    printed.length = 0;
    expect(await serve(() => undefined as never)).toEqual([
      ["telemetry.unconfigured", "local", expect.stringMatching(/^configure threw: ./)],
    ]);
  });

  it("without an endpoint, or with a good one, has nothing to say", async () => {
    expect(await serve(() => ({ ...local, otlpEndpoint: undefined as never }))).toEqual([]);
    expect(exportCounts().traces.ended).toBe(0);
    env = {};
    expect(await serve(() => ({ ...local, otlpEndpoint: collectorUrl() }))).toEqual([]);
    expect(exportCounts().traces.ended).toBe(2);
  });
});
