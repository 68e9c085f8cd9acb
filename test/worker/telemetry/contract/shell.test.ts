import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  runDurableObjectAlarm,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env as rawEnv } from "cloudflare:workers";
import { beforeEach, describe, expect, inject, it, vi } from "vitest";
import { buffer } from "../../../../telemetry/kit/export/buffer.ts";
import { inFlight } from "../../../../telemetry/kit/export/flush.ts";
import { instrumentWorker } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { plants } from "../../support/plants.ts";
import { inRequest, wait } from "./fixture/drive.ts";
import { configure, type Env } from "./fixture/worker.ts";

// A handler that answers with nothing has no status.
plants("http.response.status_code");

const env = rawEnv as unknown as Env;

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

describe("the shell", () => {
  it("leaves a synchronous answer synchronous where it is the kit's own", async () => {
    const answer = new Response("now");
    const worker = instrumentWorker<Env, unknown>({ fetch: () => answer }, configure);
    const ctx = createExecutionContext();
    const given = worker.fetch?.(new Request("https://contract.test/") as never, env, ctx);
    expect(given instanceof Response).toBe(inject("shell") === "direct");
    expect(await given).toBe(answer);
    await waitOnExecutionContext(ctx);
  });

  it("passes context, environment and the handler's value as they are", async () => {
    const seen: unknown[] = [];
    const odd = { not: "a response" } as unknown as Response;
    const handler = {
      async fetch(request: Request, given: Env, ctx: ExecutionContext) {
        seen.push(request, ctx, Object.keys(given));
        return odd;
      },
    };
    const ctx = createExecutionContext();
    const request = new Request("https://contract.test/") as never;
    expect(await instrumentWorker<Env, unknown>(handler, configure).fetch?.(request, env, ctx)).toBe(odd);
    expect(seen[0]).toBe(request);
    expect(seen[1]).toBe(ctx);
    expect(seen[2]).toEqual(Object.keys(env));
    await waitOnExecutionContext(ctx);
  });

  it("calls handlers as the methods that they are", async () => {
    const seen: unknown[] = [];
    const note = async function (this: unknown) {
      seen.push(this);
    };
    const handler = {
      async fetch() {
        seen.push(this);
        return new Response("ok");
      },
      queue: note,
      scheduled: note,
      tail: note,
    };
    const worker = instrumentWorker<Env, unknown>(handler, configure);
    const ctx = createExecutionContext();
    await worker.fetch?.(new Request("https://contract.test/") as never, env, ctx);
    await worker.queue?.(createMessageBatch("contract-jobs", []), env, ctx);
    await worker.scheduled?.(createScheduledController({ cron: "* * * * *" }), env, ctx);
    await worker.tail?.([], env, ctx);
    await waitOnExecutionContext(ctx);
    expect(seen).toEqual([handler, handler, handler, handler]);
  });

  it("opens the entry all the same when the request is too strange to be read twice", async () => {
    const strange = new Proxy(new Request("https://contract.test/odd"), {
      get: (target, name) => {
        if (name === "cf" && reads++ > 0) throw new TypeError("read twice");
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    let reads = 0;
    const ctx = createExecutionContext();
    const worker = instrumentWorker<Env, unknown>({ fetch: async () => new Response("ok") }, configure);
    const answer = await worker.fetch?.(strange as never, env, ctx);
    expect(await answer?.text()).toBe("ok");
    expect(recording.outline()).toBe("SERVER GET\n");
    await waitOnExecutionContext(ctx);
  });

  it("says nothing on the console about a good request", async () => {
    const said = (["debug", "log", "warn", "error"] as const).map((method) => vi.spyOn(console, method));
    await inRequest(({ ROOM }) => ROOM.getByName("silent").fetch("https://room/silent"));
    await wait(20);
    expect(said.flatMap(({ mock }) => mock.calls)).toEqual([]);
    vi.restoreAllMocks();
  });

  it("makes one span of an outbound fetch and none of what it does itself", async () => {
    await inRequest(() => fetch("http://127.0.0.1:9/nobody").catch(() => undefined));
    await wait(20);
    expect(recording.outline()).toBe("SERVER GET\n  CLIENT GET\n");
  });

  it("closes every entry once, whatever comes of it, and holds no record back", async () => {
    const before = { ...inFlight };
    let ended = 0;
    const room = env.ROOM.getByName("closing");
    for (let n = 0; n < 30; n++) {
      await inRequest(async ({ ROOM }) => {
        await ROOM.getByName("closing").add(1);
        await ROOM.getByName("closing").fetch("https://room/broken");
        ended += 3;
      });
      await inRequest(() => Promise.reject(new Error("planted"))).catch(() => ended++);
      await room.soon();
      await runDurableObjectAlarm(room);
      ended += 2;
    }
    await wait(20);
    expect(recording.spans().filter(({ kind }) => kind === "SERVER")).toHaveLength(ended);
    expect(ended).toBe(180);
    expect(inFlight).toMatchObject({ requests: before.requests, objectCalls: before.objectCalls });
    expect([buffer.spans.length, buffer.logs.length]).toEqual([0, 0]);
  });
});
