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
import { beforeEach, describe, expect, it } from "vitest";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { essence, eventually, inRequest, named, remote, traceparent } from "./fixture/drive.ts";
import worker, { type Env, stage } from "./fixture/worker.ts";

const env = rawEnv as unknown as Env;

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const server = { kind: "SERVER", failed: false, links: [] as unknown[], isRoot: true };

describe("a cron tick", () => {
  const tick = async (cron: string) => {
    const ctx = createExecutionContext();
    await worker.scheduled?.(createScheduledController({ cron }), env, ctx);
    await waitOnExecutionContext(ctx);
  };
  it("is a trace of its own", async () => {
    await tick("* * * * *");
    expect(recording.outline()).toBe("SERVER scheduled * * * * *\n  INTERNAL heartbeat\n");
    expect(essence(named(recording, "scheduled * * * * *"))).toEqual({
      ...server,
      name: "scheduled * * * * *",
      attributes: { "faas.trigger": "timer", "faas.cron": "* * * * *" },
    });
  });
  it("that fails is an error with one exception, and rejects", async () => {
    await expect(tick("0 0 * * *")).rejects.toThrow("the cron fails");
    expect(named(recording, "scheduled 0 0 * * *")).toMatchObject({ failed: true });
    expect(recording.logs().map(({ event }) => event)).toEqual(["exception"]);
  });
});

describe("a queue batch", () => {
  it("is one CONSUMER span for each message, linked to its sender", async () => {
    const ctx = createExecutionContext();
    const body = { "~frontdesk.trace": { traceparent }, body: { n: 1 } };
    const batch = createMessageBatch<unknown>("contract-jobs", [
      { id: "m1", timestamp: 0, attempts: 2, body },
      { id: "m2", timestamp: 0, attempts: 1, body: "alone" },
    ]);
    const bodies: unknown[] = [];
    stage.onMessage = (message) => {
      bodies.push(message.body);
      if (message.id === "m2") throw new RangeError("poison");
      message.ack();
    };
    await worker.queue?.(batch, env, ctx);
    expect((await getQueueResult(batch, ctx)).explicitAcks).toEqual(["m1"]);
    expect(bodies).toEqual([{ n: 1 }, "alone"]);
    const attributes = {
      "messaging.system": "cloudflare-queues",
      "messaging.destination.name": "contract-jobs",
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "cloudflare.binding.type": "queue",
      "faas.trigger": "pubsub",
    };
    const consumer = { ...server, kind: "CONSUMER", name: "process contract-jobs" };
    expect(
      recording
        .spans()
        .map(essence)
        .toSorted((a, b) => Number(a.failed) - Number(b.failed)),
    ).toEqual([
      {
        ...consumer,
        links: [remote],
        attributes: { ...attributes, "messaging.message.id": "m1", "messaging.message.delivery_attempt": 2 },
      },
      {
        ...consumer,
        failed: true,
        attributes: {
          ...attributes,
          "messaging.message.id": "m2",
          "messaging.message.delivery_attempt": 1,
          "error.type": "_OTHER",
        },
      },
    ]);
  });

  it("that was really sent links to the span that sent it", async () => {
    let done = false;
    stage.onMessage = () => {
      done = true;
    };
    await inRequest(({ JOBS }) => JOBS.send({ n: 2 }));
    await eventually(() => done || undefined);
    const sent = named(recording, "send contract-jobs");
    const { links, traceId } = await eventually(() =>
      recording.spans().find(({ name }) => name === "process contract-jobs"),
    );
    expect(links).toMatchObject([{ traceId: sent.traceId, spanId: sent.spanId }]);
    expect(traceId).not.toBe(sent.traceId);
  });
});

describe("a Durable Object", () => {
  it("continues the caller's trace by RPC; calls to itself are no spans and stay synchronous", async () => {
    await inRequest(async ({ ROOM }) => expect(await ROOM.getByName("rpc").add(3)).toBe(3));
    expect(recording.outline()).toBe("SERVER GET\n  CLIENT BareRoom/add\n    SERVER BareRoom/add\n");
    const [, object] = recording
      .spans()
      .filter(({ name }) => name === "BareRoom/add")
      .reverse();
    expect(object && essence(object)).toEqual({
      ...server,
      isRoot: false,
      name: "BareRoom/add",
      attributes: { "rpc.system.name": "cloudflare-workers", "rpc.method": "BareRoom/add" },
    });
    await runInDurableObject(env.ROOM.getByName("sync"), (room) => {
      const { twice } = room as unknown as { twice(amount: number): number };
      expect(twice.call(room, 4)).toBe(8);
    });
  });

  it("passes the error of a method on and marks both spans", async () => {
    let message = "";
    await inRequest(async ({ ROOM }) => {
      try {
        await ROOM.getByName("rpc").refuse();
      } catch (error) {
        message = (error as Error).message;
      }
    });
    expect(message).toBe("refused by the room");
    const calls = recording.spans().filter(({ name }) => name === "BareRoom/refuse");
    expect(calls.map(({ failed }) => failed)).toEqual([true, true]);
  });

  it("continues the caller's trace by fetch, and what it does is below", async () => {
    await inRequest(async ({ ROOM }) => {
      const response = await ROOM.getByName("fetch").fetch("https://room/hello");
      expect(await response.text()).toBe("/hello");
    });
    expect(recording.outline()).toBe(
      "SERVER GET\n  CLIENT BareRoom/fetch\n    SERVER BareRoom/fetch\n      CLIENT get STORE\n",
    );
    const object = recording.spans().find(({ name, kind }) => name === "BareRoom/fetch" && kind === "SERVER");
    expect(object && essence(object)).toEqual({
      ...server,
      isRoot: false,
      name: "BareRoom/fetch",
      attributes: {
        "rpc.system.name": "cloudflare-workers",
        "rpc.method": "BareRoom/fetch",
        "http.request.method": "GET",
        "http.response.status_code": 200,
      },
    });
  });

  it("fails by 5xx and by an exception of fetch", async () => {
    await inRequest(async ({ ROOM }) => {
      await ROOM.getByName("fetch").fetch("https://room/broken");
      await expect(ROOM.getByName("fetch").fetch("https://room/throws")).rejects.toThrow(
        "refused by the room",
      );
    });
    const own = recording.spans().filter(({ name, kind }) => name === "BareRoom/fetch" && kind === "SERVER");
    expect(own.map(({ failed, attributes }) => [failed, attributes["error.type"]])).toEqual([
      [true, "unavailable"],
      [true, "_OTHER"],
    ]);
  });

  it("has a trace of its own for an alarm, failed when the alarm fails", async () => {
    const stub = env.ROOM.getByName("alarm");
    await stub.soon();
    recording.clear();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(recording.outline()).toBe("SERVER BareRoom/alarm\n  INTERNAL heartbeat\n  CLIENT get STORE\n");
    expect(named(recording, "BareRoom/alarm").attributes).toEqual({
      "rpc.method": "BareRoom/alarm",
      "faas.trigger": "timer",
    });
    await env.STORE.put("alarm fails", "yes");
    await stub.soon();
    recording.clear();
    await expect(runDurableObjectAlarm(stub)).rejects.toThrow("the alarm fails");
    await env.STORE.delete("alarm fails");
    expect(named(recording, "BareRoom/alarm")).toMatchObject({ failed: true });
    expect(recording.logs().map(({ event }) => event)).toEqual(["exception"]);
  });

  it("upgrades to a socket, whose messages are entries", async () => {
    const heard: unknown[] = [];
    await inRequest(async ({ ROOM }) => {
      const headers = { upgrade: "websocket" };
      const { status, webSocket } = await ROOM.getByName("socket").fetch("https://room/socket", { headers });
      expect(status).toBe(101);
      webSocket?.accept();
      webSocket?.addEventListener("message", ({ data }) => heard.push(data));
      webSocket?.send("you");
      await eventually(() => heard[0]);
      webSocket?.close();
    });
    expect(heard).toEqual(["heard you"]);
    expect(named(recording, "BareRoom/webSocketMessage")).toMatchObject({ kind: "SERVER", failed: false });
  });
});

describe("a WorkerEntrypoint", () => {
  it("continues the caller's trace by RPC", async () => {
    await inRequest(async ({ DESK }) => expect(await DESK.greet("Ada")).toBe("hello Ada"));
    expect(recording.outline()).toBe("SERVER GET\n  CLIENT DESK/greet\n    SERVER BareDesk/greet\n");
  });
});
