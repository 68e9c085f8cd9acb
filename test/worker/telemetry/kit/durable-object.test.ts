import { env as workerEnv } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bindContext, exportCounts } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { plants } from "../../support/plants.ts";
import { drained, freshExporter, ofSignal } from "./fixture/exporter.ts";
import { tasks } from "./fixture/lounge.ts";
import { createNotes, rejected, spansBelow } from "./fixture/recorded.ts";
import { inRequest, received } from "./fixture/run.ts";
import type { Env, Job } from "./fixture/worker.ts";

plants("frontdesk.room.id");

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

beforeAll(createNotes);

const spansOf = (job: Job) => spansBelow(recording, job);

describe("Durable Objects", () => {
  it("join caller and object in one trace over RPC, and strip the context from the arguments", async () => {
    let seen = 0;
    await inRequest(async (env) => {
      const stub = env.COUNTER.getByName("arguments");
      seen = await stub.arguments("one", { two: 2 });
    });
    expect(seen).toBe(2);
    expect(recording.outline()).toBe(
      "SERVER GET\n  CLIENT Counter/arguments\n    SERVER BareCounter/arguments\n",
    );
    const server = recording.spans().find(({ name }) => name === "BareCounter/arguments");
    expect(server?.attributes).not.toHaveProperty("frontdesk.sli");
  });

  it("get no hidden argument when their class is not wrapped", async () => {
    let seen = 0;
    const spans = await spansOf(async (env) => {
      seen = await env.PLAIN_COUNTER.getByName("plain").arguments(1, 2);
    });
    expect(seen).toBe(2);
    expect(spans.map(({ name }) => name)).toEqual(["PlainCounter/arguments"]);
  });

  it("tell who asks on the object's spans, and keep what else the request has bound", async () => {
    await inRequest(async (env) => {
      bindContext({ "frontdesk.request.id": "req_9", "frontdesk.room.id": "room_9" });
      await env.COUNTER.getByName("who").add(1);
    });
    const server = recording.spans().find(({ name }) => name === "BareCounter/add");
    expect(server?.attributes["frontdesk.request.id"]).toBe("req_9");
    expect(server?.attributes).not.toHaveProperty("frontdesk.room.id");
  });

  it("nest what the object does, and see no span in calls to itself", async () => {
    await inRequest(async (env) => {
      const stub = env.COUNTER.get(env.COUNTER.idFromName("nest"));
      expect(await stub.add(2)).toBe(2);
      await stub.remember("from the object");
    });
    expect(recording.outline().split("\n")).toEqual([
      "SERVER GET",
      "  CLIENT Counter/add",
      "    SERVER BareCounter/add",
      "  CLIENT Counter/remember",
      "    SERVER BareCounter/remember",
      "      CLIENT INSERT notes",
      "      INTERNAL heartbeat",
      "        CLIENT SELECT",
      "",
    ]);
  });

  it("carry the context over fetch, whatever header the caller copied", async () => {
    let header: string | null = "";
    const spans = await spansOf(async (env) => {
      const forged = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
      header = await (await env.COUNTER.getByName("f").fetch("https://object/", { headers: forged })).text();
    });
    expect(header).toBe(`00-${spans[0]?.traceId}-${spans[0]?.spanId}-01`);
    expect(recording.outline()).toContain("    SERVER BareCounter/fetch");
  });

  it("keep promise pipelining, stub fields and the error of the object", async () => {
    let error = "";
    const spans = await spansOf(async (env) => {
      const stub = env.COUNTER.getByName("pipe");
      expect(stub.name).toBe("pipe");
      expect(stub.id.equals(env.COUNTER.idFromName("pipe"))).toBe(true);
      expect(await stub.nested().value).toBe(7);
      expect(await stub.nested().deeper.go()).toBe("there");
      error = await rejected(stub.fails());
    });
    expect(error).toBe("TypeError: refused by the object");
    expect(spans.map(({ name, failed }) => [name, failed])).toEqual([
      ["Counter/nested", false],
      ["Counter/nested", false],
      ["Counter/fails", true],
    ]);
  });

  it("mark 418 as an error of the client span and not of the server span", async () => {
    await spansOf((env) => env.COUNTER.getByName("t").fetch("https://object/teapot"));
    const failed = Object.fromEntries(
      recording.spans().map(({ kind, name, failed }) => [`${kind} ${name}`, failed]),
    );
    expect(failed).toMatchObject({ "CLIENT Counter/fetch": true, "SERVER BareCounter/fetch": false });
  });
});

it("leave their spans to a call that is still in flight, within the window", async () => {
  const lounge = (workerEnv as unknown as Env).LOUNGE.getByName("busy");
  tasks.set("slow", () => new Promise((resolve) => setTimeout(resolve, 400)));
  await lounge.run("nothing");
  await freshExporter();
  const posts = async () => ofSignal("traces", await received()).length;
  await lounge.run("nothing");
  await drained();
  expect(await posts()).toBe(1);
  const slow = lounge.run("slow");
  await lounge.run("nothing");
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(await posts()).toBe(1);
  await slow;
  await drained();
  expect(await posts()).toBe(2);
  expect(exportCounts().traces).toMatchObject({ ended: 3, sent: 3 });
});
