import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  waitOnExecutionContext,
} from "cloudflare:test";
import { WorkerEntrypoint, env as workerEnv } from "cloudflare:workers";
import { beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { bindContext, instrumentEntrypoint } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { rejected, spanNamed } from "./fixture/recorded.ts";
import { inRequest } from "./fixture/run.ts";
import { type BareFriend, type Env, Friend, Stranger, stage } from "./fixture/worker.ts";

const rawEnv = workerEnv as unknown as Env;
const remote = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${remote.traceId}-${remote.spanId}-01`;

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const named = (name: string) => spanNamed(recording, name);

describe("an entrypoint of ours", () => {
  it("joins caller and service in one trace over RPC, takes the context off the arguments, and says who asks", async () => {
    let seen = 0;
    await inRequest(async ({ FRIEND }) => {
      bindContext({ "frontdesk.request.id": "req_9" });
      seen = await FRIEND.arguments("one", { two: 2 });
      expect(await FRIEND.look()).toBeNull();
    });
    expect(seen).toBe(2);
    expect(recording.outline()).toBe(
      [
        "SERVER GET",
        "  CLIENT FRIEND/arguments",
        "    SERVER BareFriend/arguments",
        "  CLIENT FRIEND/look",
        "    SERVER BareFriend/look",
        "      CLIENT get STORE",
        "",
      ].join("\n"),
    );
    expect(named("BareFriend/look").attributes).toMatchObject({
      "rpc.system.name": "cloudflare-workers",
      "rpc.method": "BareFriend/look",
      "frontdesk.request.id": "req_9",
    });
    expect(named("BareFriend/look").attributes).not.toHaveProperty("frontdesk.sli");
  });

  it("continues the trace over fetch and is not counted twice", async () => {
    await inRequest(({ FRIEND }) => FRIEND.fetch("https://friend/path"));
    const caller = named("FRIEND/fetch");
    const served = recording.spans().find(({ parentSpanId }) => parentSpanId === caller.spanId);
    expect(served).toMatchObject({ name: "GET", kind: "SERVER", traceId: caller.traceId });
    expect(served?.attributes).toMatchObject({ "url.path": "/path", "http.response.status_code": 200 });
    expect(served?.attributes).not.toHaveProperty("frontdesk.sli");
  });

  it("passes its error to the caller, failed on both sides, recorded where its stack is", async () => {
    let error = "";
    await inRequest(async ({ FRIEND }) => {
      error = await rejected(FRIEND.fails());
    });
    expect(error).toBe("TypeError: refused by the friend");
    expect([named("FRIEND/fails").failed, named("BareFriend/fails").failed]).toEqual([true, true]);
    expect(recording.logs().map(({ spanId }) => spanId)).toEqual([named("BareFriend/fails").spanId]);
  });

  it("serves a caller that knows nothing of the kit", async () => {
    expect(await rawEnv.FRIEND.arguments(1, 2, 3)).toBe(3);
    expect(recording.outline()).toBe("SERVER BareFriend/arguments\n");
  });

  it("spans its cron, its queue and its tail", async () => {
    const enter = async (work: (friend: BareFriend) => unknown) => {
      const ctx = createExecutionContext();
      await work(new Friend(ctx as never, rawEnv));
      await waitOnExecutionContext(ctx);
    };
    stage.onMessage = () => undefined;
    await enter((friend) =>
      (friend.scheduled as (c: unknown) => unknown)(createScheduledController({ cron: "0 0 * * *" })),
    );
    const messages = [{ id: "m", timestamp: 0 as never, attempts: 1, body: 1 }];
    await enter((friend) => friend.queue(createMessageBatch("kit-jobs", messages)));
    await enter((friend) => friend.tail());
    expect(recording.outline().split("\n")).toEqual([
      "SERVER scheduled 0 0 * * *",
      "  INTERNAL heartbeat",
      "CONSUMER process kit-jobs",
      "SERVER BareFriend/tail",
      "  CLIENT get STORE",
      "",
    ]);
  });
});

describe("an entrypoint for anyone", () => {
  it("only links the trace of a caller that nobody vouches for, and is counted", async () => {
    await rawEnv.STRANGER.fetch("https://stranger/", { headers: { traceparent } });
    expect(named("GET")).toMatchObject({ parentSpanId: undefined, links: [remote] });
    expect(named("GET").attributes["frontdesk.sli"]).toBe(true);
  });

  it("continues it for a trusted one", async () => {
    await rawEnv.STRANGER.fetch("https://stranger/", { headers: { traceparent, "x-trusted": "yes" } });
    expect(named("GET")).toMatchObject({ traceId: remote.traceId, parentSpanId: remote.spanId });
  });
});

describe("a wrapped entrypoint class", () => {
  it("is wrapped once, keeps its type, name and getters, and leaves calls to itself alone", async () => {
    expectTypeOf(Friend).toEqualTypeOf<typeof BareFriend>();
    expect([Friend.name, Friend.prototype instanceof WorkerEntrypoint]).toEqual(["BareFriend", true]);
    expect(Friend).not.toBe(Stranger);
    expect(
      instrumentEntrypoint(Friend, () => ({ environment: "local", release: "", otlpEndpoint: "" })),
    ).toBe(Friend);
    const ctx = createExecutionContext();
    await new Friend(ctx as never, rawEnv).tail();
    await waitOnExecutionContext(ctx);
    expect(recording.spans().map(({ name }) => name)).not.toContain("BareFriend/look");
  });
});
