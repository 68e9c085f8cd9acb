import { env as workersEnv } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { tracedCall } from "../../../../telemetry/kit/bindings/client-call.ts";
import { instrumentKv } from "../../../../telemetry/kit/bindings/kv.ts";
import { countedWorker } from "../../unseen/counted-worker.ts";
import { countedEnv } from "../../unseen/counters.ts";
import { differences, settledDifferences, strike } from "../../unseen/ledger.ts";
import { createNotes } from "./fixture/recorded.ts";
import { collectorUrl, inRequest } from "./fixture/run.ts";
import type { Env, Job } from "./fixture/worker.ts";

// What any file of the Worker could import instead of using the environment that the kit hands out.
const raw = workersEnv as unknown as Env;
// Kept before the kit put its own over it at the first request.
const earlyFetch = globalThis.fetch;

beforeAll(createNotes);

/** What does not balance after a request that ran `job`; forgotten then, because this test is about finding it. */
async function found(job: Job) {
  await inRequest(job);
  const left = await settledDifferences(300);
  strike();
  return left.map(({ what, calls, spans }) => ({ what, unseen: calls - spans }));
}

const one = "SELECT 1";
const bypasses: Record<string, [what: string, job: Job]> = {
  "a statement's first()": ["d1 DB SELECT ?", () => raw.DB.prepare(one).first()],
  "a statement's all()": ["d1 DB SELECT ?", () => raw.DB.prepare(one).all()],
  "a statement's run()": ["d1 DB SELECT ?", () => raw.DB.prepare(one).run()],
  "a statement's raw(), bound": ["d1 DB SELECT ?", () => raw.DB.prepare("SELECT ?").bind(1).raw()],
  "a statement of a session": ["d1 DB SELECT ?", () => raw.DB.withSession().prepare(one).all()],
  "a batch": ["d1 DB batch", () => raw.DB.batch([raw.DB.prepare(one)])],
  "a batch of a session": ["d1 DB batch", () => raw.DB.withSession().batch([raw.DB.prepare(one)])],
  "an exec": ["d1 DB exec", () => raw.DB.exec(one)],
  "RPC of a stub": ["durable_object COUNTER add", () => raw.COUNTER.getByName("bypass").add(1)],
  "RPC of a stub by id": [
    "durable_object COUNTER add",
    () => raw.COUNTER.get(raw.COUNTER.idFromName("bypass")).add(1),
  ],
  "fetch of a stub": [
    "durable_object COUNTER fetch",
    () => raw.COUNTER.getByName("bypass").fetch("https://counter/teapot"),
  ],
  "RPC of a service": ["service NEIGHBOUR greet", () => raw.NEIGHBOUR.greet()],
  "fetch of a service": ["service NEIGHBOUR fetch", () => raw.NEIGHBOUR.fetch("https://neighbour/")],
  "a look into KV": ["kv STORE get", () => raw.STORE.get("bypass")],
  "an object of R2": ["r2 BUCKET put", () => raw.BUCKET.put("bypass", "x")],
  "the backlog of a queue": ["queue JOBS metrics", () => raw.JOBS.metrics()],
  "a fetch that was kept from before": ["fetch GET 127.0.0.1", () => earlyFetch(`${collectorUrl()}/x`)],
};

describe("the counters find a call without a span", () => {
  for (const [name, [what, job]] of Object.entries(bypasses))
    it(name, async () => expect(await found(job)).toEqual([{ what, unseen: 1 }]));

  it("a message that was sent past the kit; that it is processed is seen", async () => {
    const sent = await found(() => raw.JOBS.send("bypass"));
    expect(sent).toEqual([{ what: "queue JOBS send", unseen: 1 }]);
  });

  it("one bypass among calls that are seen, and in work after the response", async () => {
    const left = await found(async (env, ctx) => {
      await env.DB.prepare(one).all();
      await env.STORE.get("seen");
      ctx.waitUntil(env.STORE.get("seen").then(() => raw.STORE.get("not seen")));
    });
    expect(left).toEqual([{ what: "kv STORE get", unseen: 1 }]);
  });

  it("a binding that nobody counts", () => {
    class Oracle {
      ask(): void {}
    }
    expect(() => countedEnv({ ORACLE: new Oracle() })).toThrow("ORACLE is a binding that nobody counts");
    expect(countedEnv({ LIST: [1], FIELDS: { a: 1 }, TEXT: "x" })).toEqual({
      LIST: [1],
      FIELDS: { a: 1 },
      TEXT: "x",
    });
  });

  it("an entry that the kit does not know", async () => {
    const bare = countedWorker<Env>({ fetch: () => new Response("bare") });
    const context = {} as ExecutionContext;
    const request = new Request("https://kit.test/") as Request<unknown, IncomingRequestCfProperties>;
    await bare.fetch?.(request, raw, context);
    expect(differences()).toEqual([expect.objectContaining({ what: "entry: request" })]);
    strike();
  });
});

describe("the counters find a span without a call", () => {
  it("of a wrapper that never reaches the platform", async () => {
    const attributes = {
      "db.system.name": "cloudflare-kv",
      "cloudflare.binding.type": "kv",
      "cloudflare.binding.name": "STORE",
      "db.operation.name": "get",
    };
    const left = await found(() => tracedCall("get STORE", attributes, async () => null));
    expect(left).toEqual([{ what: "kv STORE get", unseen: -1 }]);
  });

  it("of a binding that is wrapped twice", async () => {
    const left = await found((env) => instrumentKv(env.STORE, "STORE").get("twice"));
    expect(left).toEqual([{ what: "kv STORE get", unseen: -1 }]);
  });
});

it("what goes through the kit balances, with the answers that the platform gives", async () => {
  const left = await found(async (env) => {
    expect(await env.DB.prepare("SELECT 7 AS n").first("n")).toBe(7);
    expect(await env.COUNTER.getByName("balance").add(2)).toBe(2);
    expect(await env.NEIGHBOUR.greet()).toBe("hello 0");
    await env.STORE.put("k", "v");
    expect(await env.STORE.get("k")).toBe("v");
    await env.BUCKET.put("k", "v");
    expect(await (await env.BUCKET.get("k"))?.text()).toBe("v");
    await caches.default.put(
      "https://kit.test/c",
      new Response("c", { headers: { "cache-control": "max-age=9" } }),
    );
    expect(await (await caches.default.match("https://kit.test/c"))?.text()).toBe("c");
  });
  expect(left).toEqual([]);
});
