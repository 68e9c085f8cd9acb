import { runDurableObjectAlarm } from "cloudflare:test";
import { RpcStub, RpcTarget, env as workerEnv } from "cloudflare:workers";
import { beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { instrumentEnv } from "../../../../telemetry/kit/bindings/env.ts";
import { instrumentStub } from "../../../../telemetry/kit/bindings/stub.ts";
import { instrumentObject, span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { BareLounge, onAlarm, tasks } from "./fixture/lounge.ts";
import { rejected, spanNamed } from "./fixture/recorded.ts";
import { eventually, inRequest } from "./fixture/run.ts";
import { Session } from "./fixture/session.ts";
import type { Env } from "./fixture/worker.ts";

const rawEnv = workerEnv as unknown as Env;

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const named = (name: string) => spanNamed(recording, name);

describe("what an RPC returns arrives as it is", () => {
  it("an RpcTarget, with its methods, properties and errors, disposed of when the caller says so", async () => {
    const before = Session.open;
    await inRequest(async ({ LOUNGE }) => {
      using session = await LOUNGE.getByName("session").open();
      expect([await session.next(), await session.next(), await session.label]).toEqual([1, 2, "a session"]);
      expect(await rejected(session.fails())).toBe("RangeError: refused by the session");
      expect(Session.open).toBe(before + 1);
    });
    await eventually(() => (Session.open === before ? true : undefined));
    expect(recording.outline()).toContain("  CLIENT Lounge/open\n    SERVER BareLounge/open\n");
  });

  it("a pipelined call on what has not arrived yet, and `using` on the promise itself", async () => {
    const before = Session.open;
    await inRequest(async ({ LOUNGE }) => {
      using session = LOUNGE.getByName("pipe").open() as unknown as Disposable & Session;
      expect(await Promise.all([session.next(), session.next()])).toEqual([1, 2]);
    });
    await eventually(() => (Session.open === before ? true : undefined));
    expect(named("Lounge/open")).toMatchObject({ failed: false, kind: "CLIENT" });
  });

  it("a function, and a callback that is called back", async () => {
    await inRequest(async ({ LOUNGE }) => {
      const stub = LOUNGE.getByName("functions");
      using add = await stub.adder(40);
      expect(await add(2)).toBe(42);
      expect(await stub.askBack(async (text) => `${text} again`)).toBe("back again");
    });
  });

  it("a stream, whose first piece is there while the second never comes", async () => {
    await inRequest(async ({ LOUNGE }) => {
      const stream = await LOUNGE.getByName("streams").endless();
      const reader = stream.getReader();
      expect(new TextDecoder().decode((await reader.read()).value)).toBe("first");
      await reader.cancel();
    });
  });

  it("a stream that is sent", async () => {
    await inRequest(async ({ LOUNGE }) => {
      const { body } = new Response("as a stream");
      expect(await LOUNGE.getByName("taker").take(body as ReadableStream)).toBe("as a stream");
    });
  });

  it("a property that is awaited, which is a call too", async () => {
    await inRequest(async ({ LOUNGE, FRIEND }) => {
      expect(await LOUNGE.getByName("property").motto).toBe("come in");
      expect(await FRIEND.motto).toBe("both ways");
    });
    expect(named("Lounge/motto")).toMatchObject({ kind: "CLIENT", failed: false });
    expect(named("FRIEND/motto").attributes["rpc.method"]).toBe("FRIEND/motto");
  });
});

describe("RPC of what is not the object itself", () => {
  it("a method of a property, which is called without waiting for the property", async () => {
    class Holder extends RpcTarget {
      get session(): Session {
        return new Session();
      }
    }
    await inRequest(async () => {
      // Stubs of objects come without pipelined properties here: the test runner stands between.
      const attributes = { "cloudflare.binding.type": "service", "cloudflare.binding.name": "HOLDER" };
      const remote = { name: "Holder", attributes, own: new Set<string>(), propagates: true };
      using holder = instrumentStub(new RpcStub(new Holder()), remote);
      expect(await holder.session.next()).toBe(1);
      expect(await rejected(holder.session.fails())).toBe("RangeError: refused by the session");
      expect(await holder.session.label.catch(() => "rejected")).toBe("a session");
    });
    const calls = recording.spans().filter(({ kind }) => kind === "CLIENT");
    expect(calls.map(({ name, failed }) => [name, failed])).toEqual([
      ["Holder/session.next", false],
      ["Holder/session.fails", true],
      ["Holder/session.label", false],
    ]);
    expect(calls[0]?.attributes["rpc.method"]).toBe("Holder/session.next");
  });

  it("a stub that is sent, as it is and inside something else", async () => {
    await inRequest(async ({ LOUNGE, COUNTER }) => {
      const stubs = ["a", "b", "c"].map((name) => COUNTER.getByName(name));
      const [first, ...more] = stubs as never[];
      const given = { stubs: more };
      expect(await LOUNGE.getByName("taker").doubled(first as never, given)).toEqual([4, 4, 4]);
      expect(given.stubs).toBe(more);
    });
    expect(named("Lounge/doubled").failed).toBe(false);
  });

  it("a stub that is given, as it is and inside something else", async () => {
    await inRequest(async ({ LOUNGE }) => {
      const lounge = LOUNGE.getByName("giver");
      using counter = (await lounge.counter()) as unknown as Disposable & {
        double(n: number): Promise<number>;
      };
      expect(await counter.double(3)).toBe(6);
      using counters = await lounge.counters();
      expect(await counters.all[0]?.double(4)).toBe(8);
    });
    expect(named("BareLounge/counters").failed).toBe(false);
  });
});

describe("an object's sockets", () => {
  it("are accepted through the HTTP entry, and each event is a SERVER span", async () => {
    const response = await inRequest(
      ({ LOUNGE }, _ctx, request) => LOUNGE.getByName("ws").fetch(request),
      undefined,
      {
        headers: { upgrade: "websocket" },
      },
    );
    expect(response.status).toBe(101);
    expect(named("GET")).toMatchObject({ failed: false, attributes: { "http.response.status_code": 101 } });
    expect(named("Lounge/fetch")).toMatchObject({ failed: false, kind: "CLIENT" });
    const socket = response.webSocket as WebSocket;
    socket.accept();
    const answer = new Promise((resolve) => socket.addEventListener("message", ({ data }) => resolve(data)));
    socket.send("hello");
    expect(await answer).toBe("hello 1");
    socket.send("fail");
    await eventually(() => (recording.logs().length > 0 ? true : undefined));
    const closed = new Promise((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    socket.close(4001, "done");
    await closed;
    const events = () => recording.spans().filter(({ name }) => name.includes("/webSocket"));
    await eventually(() => (events().some(({ name }) => /Close|Error/.test(name)) ? true : undefined));
    expect(events().slice(0, 2)).toMatchObject([
      { name: "BareLounge/webSocketMessage", kind: "SERVER", failed: false, parentSpanId: undefined },
      { name: "BareLounge/webSocketMessage", kind: "SERVER", failed: true },
    ]);
    expect(events()[0]?.attributes).toMatchObject({ "faas.trigger": "other" });
    expect(recording.logs()[0]).toMatchObject({ event: "exception", spanId: events()[1]?.spanId });
  });
});

describe("an alarm", () => {
  it("is a trace of its own, linked to whoever set it last", async () => {
    const stub = rawEnv.LOUNGE.getByName("alarm");
    const arm = async (storage: DurableObjectStorage) =>
      span("heartbeat", {}, () => storage.setAlarm(Date.now() + 60_000));
    tasks.set("arm", arm);
    await inRequest((env) => env.LOUNGE.getByName("alarm").run("arm"));
    recording.clear();
    await inRequest((env) => env.LOUNGE.getByName("alarm").run("arm"));
    const setter = named("heartbeat");
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const alarm = named("BareLounge/alarm");
    expect(alarm.traceId).not.toBe(setter.traceId);
    expect(alarm.links).toMatchObject([{ traceId: setter.traceId, spanId: setter.spanId }]);
    expect(alarm.attributes).toMatchObject({ "faas.trigger": "timer" });
  });

  it("records its fault once and passes it on, so that the platform tries again", async () => {
    const stub = rawEnv.LOUNGE.getByName("bad-alarm");
    tasks.set("arm", (storage) => storage.setAlarm(Date.now() + 60_000));
    await inRequest((env) => env.LOUNGE.getByName("bad-alarm").run("arm"));
    onAlarm.work = () => {
      throw new RangeError("refused by the alarm");
    };
    await expect(runDurableObjectAlarm(stub)).rejects.toThrow("refused by the alarm");
    onAlarm.work = () => undefined;
    expect(named("BareLounge/alarm").failed).toBe(true);
    expect(recording.logs().filter(({ event }) => event === "exception")).toHaveLength(1);
  });
});

describe("types and classes", () => {
  it("are the ones that were given", () => {
    expectTypeOf(instrumentEnv(rawEnv)).toEqualTypeOf<Env>();
    const wrapped = instrumentObject(BareLounge, () => ({
      environment: "local",
      release: "",
      otlpEndpoint: "",
    }));
    expectTypeOf(wrapped).toEqualTypeOf<typeof BareLounge>();
    expect(wrapped.name).toBe("BareLounge");
    expect(Object.getPrototypeOf(wrapped)).toBe(BareLounge);
    expect(wrapped.prototype).toBeInstanceOf(BareLounge);
    expect(wrapped.prototype.constructor).toBe(wrapped);
    expect(Object.getOwnPropertyDescriptor(wrapped.prototype, "motto")).toBeUndefined();
    expect(instrumentObject(wrapped, () => ({ environment: "local", release: "", otlpEndpoint: "" }))).toBe(
      wrapped,
    );
    expect(() => (wrapped as unknown as () => void)()).toThrow(TypeError);
  });

  it("of bindings stay: prototype, instanceof and getters", async () => {
    await inRequest(async (env) => {
      for (const [name, value] of Object.entries(env)) {
        const raw = rawEnv[name as keyof Env];
        if (typeof value !== "object") continue;
        expect(Object.getPrototypeOf(value), name).toBe(Object.getPrototypeOf(raw));
        expect(value.constructor, name).toBe((raw as object).constructor);
      }
      const [traced, plain] = [env.DB.prepare("SELECT 1"), rawEnv.DB.prepare("SELECT 1")];
      expect(traced).toBeInstanceOf(plain.constructor);
      expect(traced.constructor).toBe(plain.constructor);
      const id = env.COUNTER.idFromName("id");
      expect(id.equals(rawEnv.COUNTER.idFromName("id"))).toBe(true);
      expect(env.COUNTER.get(id).id.toString()).toBe(id.toString());
      expect(caches.default).toBeInstanceOf(Cache);
      expect(caches.default).toBe(caches.default);
      await env.BUCKET.put("getter", "x", { customMetadata: { a: "b" } });
      const head = await env.BUCKET.head("getter");
      expect(head?.customMetadata).toEqual({ a: "b" });
      expect((await env.BUCKET.createMultipartUpload("getter")).uploadId).toBeTypeOf("string");
      expect(new Session()).toBeInstanceOf(RpcTarget);
    });
  });

  it("of a sub-namespace stay, and its stubs are instrumented", async () => {
    // workerd has no jurisdictions, so the namespace stands in for its own part in one.
    const COUNTER = new Proxy(rawEnv.COUNTER, {
      get: (raw, name) => (name === "jurisdiction" ? () => raw : Reflect.get(raw, name).bind(raw)),
    });
    await inRequest(async () => {
      const part = instrumentEnv({ COUNTER }).COUNTER.jurisdiction("eu");
      expect(await part.getByName("eu").double(2)).toBe(4);
    });
    expect(recording.outline()).toContain("  CLIENT Counter/double\n    SERVER BareCounter/double\n");
  });
});
