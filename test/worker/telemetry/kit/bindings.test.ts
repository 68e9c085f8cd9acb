import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { instrumentD1 } from "../../../../telemetry/kit/bindings/d1.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { createNotes, rejected, spansBelow } from "./fixture/recorded.ts";
import { collectorUrl } from "./fixture/run.ts";
import type { Env, Job } from "./fixture/worker.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

beforeAll(createNotes);

const spansOf = (job: Job) => spansBelow(recording, job);

describe("D1", () => {
  it("names a statement by verb and table, and never carries bound values", async () => {
    const spans = await spansOf((env) =>
      env.DB.prepare("INSERT INTO notes (text) VALUES (?)").bind("canary-1").run(),
    );
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({ name: "INSERT notes", kind: "CLIENT", failed: false });
    expect(spans[0]?.attributes).toMatchObject({
      "db.system.name": "cloudflare-d1",
      "db.operation.name": "INSERT",
      "db.collection.name": "notes",
      "db.query.text": "INSERT INTO notes (text) VALUES (?)",
      "cloudflare.binding.name": "DB",
    });
    expect(JSON.stringify(spans)).not.toContain("canary-1");
  });

  const reads: Record<string, (env: Env) => Promise<unknown>> = {
    all: (env) => env.DB.prepare("SELECT id FROM notes").all(),
    run: (env) => env.DB.prepare("SELECT id FROM notes").run(),
    raw: (env) => env.DB.prepare("SELECT id FROM notes").raw(),
    first: (env) => env.DB.prepare("SELECT id FROM notes").first("id"),
    "a session": (env) => env.DB.withSession("first-primary").prepare("SELECT id FROM notes").all(),
  };
  for (const [method, read] of Object.entries(reads)) {
    it(`spans ${method}`, async () => {
      const spans = await spansOf(read);
      expect(spans.map(({ name }) => name)).toEqual(["SELECT notes"]);
    });
  }

  it("takes its own statements in a batch and sums its rows", async () => {
    let sizes: number[] = [];
    const spans = await spansOf(async (env) => {
      const insert = env.DB.prepare("INSERT INTO notes (text) VALUES (?)");
      const results = await env.DB.batch([
        insert.bind("a"),
        insert.bind("b"),
        env.DB.prepare("SELECT id FROM notes"),
      ]);
      sizes = results.map(({ results }) => results.length);
    });
    expect(sizes).toEqual([0, 0, 3]);
    expect(spans[0]).toMatchObject({ name: "BATCH notes", kind: "CLIENT" });
    expect(spans[0]?.attributes).toMatchObject({
      "db.operation.name": "batch",
      "db.operation.batch.size": 3,
      "db.response.returned_rows": 3,
    });
    expect(spans[0]?.attributes["cloudflare.d1.rows_written"]).toBeGreaterThanOrEqual(2);
  });

  it("passes a rejection unchanged and says constraint", async () => {
    let message = "";
    const spans = await spansOf(async (env) => {
      const insert = env.DB.prepare("INSERT INTO notes (text) VALUES (?)").bind("twice");
      await insert.run();
      message = await rejected(insert.run());
    });
    expect(message).toMatch(/^Error: D1_ERROR: UNIQUE constraint failed/);
    expect(spans[1]).toMatchObject({ failed: true, attributes: { "error.type": "constraint" } });
  });
});

describe("KV and R2", () => {
  it("span each KV operation and give what KV gives", async () => {
    const spans = await spansOf(async ({ STORE }) => {
      await STORE.put("k", "v");
      expect(await STORE.get("k")).toBe("v");
      expect((await STORE.getWithMetadata("k")).value).toBe("v");
      expect((await STORE.list()).keys).toHaveLength(1);
      await STORE.delete("k");
    });
    expect(spans.map(({ name }) => name)).toEqual([
      "put STORE",
      "get STORE",
      "getWithMetadata STORE",
      "list STORE",
      "delete STORE",
    ]);
    expect(JSON.stringify(spans)).not.toContain('"k"');
  });

  it("span each R2 operation, multipart included, and leave bodies streams", async () => {
    const spans = await spansOf(async ({ BUCKET }) => {
      await BUCKET.put("a", "body");
      const got = await BUCKET.get("a");
      expect(got?.body).toBeInstanceOf(ReadableStream);
      expect(await got?.text()).toBe("body");
      expect((await BUCKET.head("a"))?.size).toBe(4);
      const upload = await BUCKET.createMultipartUpload("b");
      await upload.complete([await upload.uploadPart(1, "part")]);
      await BUCKET.delete(["a", "b"]);
    });
    expect(spans.map(({ name }) => name.replace(" BUCKET", ""))).toEqual([
      "put",
      "get",
      "head",
      "createMultipartUpload",
      "uploadPart",
      "complete",
      "delete",
    ]);
  });

  it("pass a rejection of KV unchanged", async () => {
    let message = "";
    const spans = await spansOf(async ({ STORE }) => {
      message = await rejected((async () => STORE.put("", "v"))());
    });
    expect(message).toMatch(/^TypeError: /);
    expect(spans[0]).toMatchObject({ name: "put STORE", failed: true });
  });
});

describe("services and outbound fetch", () => {
  it("span fetch and RPC of a service and send it no context unasked", async () => {
    let answers: unknown[] = [];
    const spans = await spansOf(async ({ NEIGHBOUR }) => {
      answers = [await NEIGHBOUR.greet("a"), await (await NEIGHBOUR.fetch("https://n/")).json()];
    });
    expect(answers).toEqual(["hello 1", null]);
    expect(spans.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "CLIENT NEIGHBOUR/greet",
      "CLIENT NEIGHBOUR/fetch",
    ]);
  });

  it("sends the context to a host of the list and redacts the query", async () => {
    let header = "";
    const spans = await spansOf(async () => {
      header = await (await fetch(`${collectorUrl()}/echo?key=secret-canary`)).text();
    });
    expect(header).toBe(`00-${spans[0]?.traceId}-${spans[0]?.spanId}-01`);
    expect(spans[0]).toMatchObject({ name: "GET", kind: "CLIENT" });
    expect(spans[0]?.attributes["url.full"]).toBe(`${collectorUrl()}/echo?key=REDACTED`);
  });

  it("tells no other host, and marks 404 as an error", async () => {
    let header = "";
    const spans = await spansOf(async () => {
      const other = collectorUrl().replace("127.0.0.1", "localhost");
      header = await (await fetch(`${other}/echo`)).text();
      await fetch(`${collectorUrl()}/missing`);
    });
    expect(header).toBe("none");
    expect(spans[1]).toMatchObject({ failed: true, attributes: { "error.type": "not_found" } });
  });

  it("calls a method that nobody knows HTTP", async () => {
    const spans = await spansOf(() => fetch(`${collectorUrl()}/said`, { method: "PURGE" }));
    expect(spans[0]).toMatchObject({ name: "HTTP", kind: "CLIENT" });
    expect(spans[0]?.attributes).toMatchObject({
      "http.request.method": "_OTHER",
      "http.request.method_original": "PURGE",
    });
  });

  it("passes a lost connection unchanged and says so", async () => {
    let message = "";
    const spans = await spansOf(async () => {
      message = await rejected(fetch("http://127.0.0.1:1/"));
    });
    expect(message).toBe("Error: Network connection lost.");
    expect(spans[0]).toMatchObject({ failed: true, attributes: { "error.type": "connection_lost" } });
  });
});

it("what the platform gives passes, also when it is not what the kit expects", async () => {
  let given: unknown = "nothing yet";
  const spans = await spansOf(async ({ DB }) => {
    const newer = instrumentD1({ batch: async () => undefined } as unknown as D1Database, "DB");
    given = await newer.batch([DB.prepare("SELECT 1")]);
  });
  expect(given).toBeUndefined();
  expect(spans[0]).toMatchObject({ name: "BATCH", failed: false });
});
