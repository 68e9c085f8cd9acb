import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { patchStorage } from "../../../../telemetry/kit/bindings/storage.ts";
import { log } from "../../../../telemetry/kit/index.ts";
import { type RecordedSpan, type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { overloaded } from "./fixture/failing.ts";
import { making, tasks } from "./fixture/lounge.ts";
import { spanNamed } from "./fixture/recorded.ts";
import { inRequest } from "./fixture/run.ts";
import { surface } from "./fixture/surface.ts";
import { stage } from "./fixture/worker.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

type Storage = DurableObjectStorage;

/** Runs `work` in an object of its own and gives the spans below the call that asked for it. */
async function inObject(work: (storage: Storage) => unknown): Promise<RecordedSpan[]> {
  const id = crypto.randomUUID();
  let thrown: unknown;
  // What is thrown is looked at here, where it keeps its class.
  tasks.set(id, async (storage) => {
    try {
      await work(storage);
    } catch (error) {
      thrown = error;
    }
  });
  await inRequest((env) => env.LOUNGE.getByName(id).run(id));
  if (thrown) throw thrown;
  const server = spanNamed(recording, "BareLounge/run");
  return recording.spans().filter(({ parentSpanId }) => parentSpanId === server.spanId);
}

type Call = { readonly call: (storage: Storage) => unknown; readonly gives: unknown; readonly isSync?: true };
const calls: Record<string, Call> = {
  "DurableObjectStorage.put": { call: (storage) => storage.put("k", 1), gives: undefined },
  "DurableObjectStorage.get": { call: (storage) => storage.get("none"), gives: undefined },
  "DurableObjectStorage.list": { call: (storage) => storage.list({ prefix: "none" }), gives: new Map() },
  "DurableObjectStorage.delete": { call: (storage) => storage.delete("none"), gives: false },
  "DurableObjectStorage.deleteAll": { call: (storage) => storage.deleteAll(), gives: undefined },
  "DurableObjectStorage.sync": { call: (storage) => storage.sync(), gives: undefined },
  "DurableObjectStorage.setAlarm": {
    call: (storage) => storage.setAlarm(Date.now() + 60_000),
    gives: undefined,
  },
  "DurableObjectStorage.getAlarm": { call: (storage) => storage.getAlarm(), gives: null },
  "DurableObjectStorage.deleteAlarm": { call: (storage) => storage.deleteAlarm(), gives: undefined },
  "SyncKvStorage.put": { call: ({ kv }) => kv.put("k", 1), gives: undefined, isSync: true },
  "SyncKvStorage.get": { call: ({ kv }) => kv.get("none"), gives: undefined, isSync: true },
  "SyncKvStorage.list": { call: ({ kv }) => [...kv.list({ prefix: "none" })], gives: [], isSync: true },
  "SyncKvStorage.delete": { call: ({ kv }) => kv.delete("none"), gives: false, isSync: true },
  "SqlStorage.exec": {
    call: ({ sql }) => sql.exec("SELECT name FROM guests WHERE name = ?", "canary-7").toArray(),
    gives: [],
    isSync: true,
  },
};
const inTransaction: Record<string, (held: DurableObjectTransaction) => unknown> = {
  get: (held) => held.get("k"),
  list: (held) => held.list({ prefix: "none" }),
  put: (held) => held.put("k", 1),
  delete: (held) => held.delete("none"),
  getAlarm: (held) => held.getAlarm(),
  setAlarm: (held) => held.setAlarm(Date.now() + 60_000),
  deleteAlarm: (held) => held.deleteAlarm(),
};
const spanOf = (name: string) =>
  name === "SqlStorage.exec" ? "SELECT guests" : `${name.split(".")[1]} storage`;

describe("an object's own storage", () => {
  for (const [name, { call, gives, isSync }] of Object.entries(calls))
    it(`${name}: a span, the value as it is, ${isSync ? "at once" : "by a promise"}`, async () => {
      let value: unknown;
      let isPromise: boolean | undefined;
      const spans = await inObject(async (storage) => {
        const result = call(storage);
        isPromise = result instanceof Promise;
        value = await result;
      });
      expect(value).toEqual(gives);
      expect(isPromise).toBe(isSync === undefined);
      expect(spans.map(({ kind, name, failed }) => [kind, name, failed])).toEqual([
        ["CLIENT", spanOf(name), false],
      ]);
      expect(spans[0]?.attributes).toMatchObject({ "cloudflare.binding.type": "durable_object_storage" });
    });

  it("says what a statement is, and never its values", async () => {
    const [span] = await inObject(calls["SqlStorage.exec"]?.call as never);
    expect(span?.attributes).toMatchObject({
      "db.system.name": "cloudflare-durable-object-sql",
      "db.operation.name": "SELECT",
      "db.collection.name": "guests",
      "db.query.summary": "SELECT guests",
      "db.query.text": "SELECT name FROM guests WHERE name = ?",
    });
    expect(JSON.stringify(recording.spans())).not.toContain("canary-7");
  });

  it("gives the platform's own cursor, and is the platform's own object", async () => {
    await inObject((storage) => {
      const { sql } = storage;
      const cursor = sql.exec<{ one: number }>("SELECT 1 AS one UNION SELECT 2");
      expect(cursor.constructor.name).toBe("Cursor");
      expect(cursor.columnNames).toEqual(["one"]);
      expect(cursor.next()).toEqual({ done: false, value: { one: 1 } });
      expect(cursor.toArray()).toEqual([{ one: 2 }]);
      expect(sql.databaseSize).toBeGreaterThan(0);
      expect(sql.exec.name).toBe("exec");
      expect(storage.constructor.name).toBe("DurableObjectStorage");
      expect(Object.keys(storage).toSorted()).toEqual(["kv", "sql"]);
    });
  });

  it("throws a bad statement at once, with what the platform says, and fails the span", async () => {
    let thrown: unknown;
    const spans = await inObject(({ sql }) => {
      try {
        sql.exec("INSERT INTO guests (name) VALUES (?), (?)", "twice", "twice");
      } catch (error) {
        thrown = error;
      }
    });
    expect(String(thrown)).toMatch(/UNIQUE constraint failed: guests.name/);
    expect(spans[0]).toMatchObject({
      name: "INSERT guests",
      failed: true,
      attributes: { "error.type": "constraint" },
    });
  });

  for (const [operation, call] of Object.entries(inTransaction))
    it(`spans ${operation} inside a transaction, and the transaction by what is in it`, async () => {
      const spans = await inObject((storage) => storage.transaction(async (held) => void (await call(held))));
      expect(spans.map(({ name }) => name)).toEqual([`${operation} storage`]);
    });

  it("keeps transactionSync synchronous and rolls back what throws", async () => {
    const spans = await inObject((storage) => {
      expect(storage.transactionSync(() => storage.sql.exec("SELECT 1 AS one").one())).toEqual({ one: 1 });
      const planted = new Error("planted");
      const work = () => {
        storage.kv.put("rolled", "back");
        throw planted;
      };
      expect(() => storage.transactionSync(work)).toThrow(planted);
      expect(storage.kv.get("rolled")).toBeUndefined();
    });
    expect(spans.map(({ name }) => name)).toEqual(["SELECT", "put storage", "get storage"]);
  });

  it("has no span for an object whose class is not wrapped", async () => {
    await inRequest((env) => env.PLAIN_COUNTER.getByName("plain").remember());
    expect(recording.outline()).toBe("SERVER GET\n  CLIENT PlainCounter/remember\n");
  });
});

describe("a failure of storage", () => {
  const planted = overloaded();
  const reject = () => Promise.reject(planted);
  const raise = () => {
    throw planted;
  };
  class FakeKv {}
  class FakeSql {}
  class FakeStorage {
    kv = new FakeKv();
    sql = new FakeSql();
  }
  const make = (of: object, names: readonly string[], fail: () => unknown) => {
    for (const name of names)
      Object.defineProperty(of, name, { value: fail, configurable: true, writable: true });
  };
  make(FakeStorage.prototype, surface.DurableObjectStorage.spanned, reject);
  make(FakeKv.prototype, surface.SyncKvStorage.spanned, raise);
  make(FakeSql.prototype, surface.SqlStorage.spanned, raise);
  patchStorage(new FakeStorage() as unknown as Storage);

  for (const [name, { call, isSync }] of Object.entries(calls))
    it(`${name} ${isSync ? "throws" : "rejects with"} the same error with its marks`, async () => {
      let caught: unknown;
      await inRequest(async () => {
        const fake = new FakeStorage() as unknown as Storage;
        if (isSync) expect(() => call(fake)).toThrow();
        caught = await (async () => call(fake))().catch((error: unknown) => error);
      });
      expect(caught).toBe(planted);
      expect(caught).toMatchObject({ remote: true, retryable: true, overloaded: true });
      expect(spanNamed(recording, spanOf(name))).toMatchObject({
        failed: true,
        attributes: { "error.type": "overloaded" },
      });
    });

  it("is tested for every method that has a span", () => {
    const spanned = (["DurableObjectStorage", "SyncKvStorage", "SqlStorage"] as const).flatMap((kind) =>
      surface[kind].spanned.map((method) => `${kind}.${method}`),
    );
    expect(Object.keys(calls).toSorted()).toEqual(spanned.toSorted());
    expect(Object.keys(inTransaction).toSorted()).toEqual(
      [...surface.DurableObjectTransaction.spanned].toSorted(),
    );
  });
});

describe("the constructor of an object", () => {
  it("is a trace of its own with what it did, blocking work included", async () => {
    await inObject(() => undefined);
    const outline = recording.outline();
    expect(outline).toContain(
      "INTERNAL BareLounge/constructor\n  CLIENT CREATE guests\n  CLIENT get STORE\n",
    );
    expect(spanNamed(recording, "BareLounge/constructor")).toMatchObject({
      failed: false,
      parentSpanId: undefined,
    });
  });

  it("calls its own methods, also after a pause: no call from outside", async () => {
    await inObject(() => undefined);
    expect(recording.outline()).not.toContain("BareLounge/settle");
  });

  afterEach(() => Object.assign(making, { start: () => undefined, blocking: () => undefined }));
  for (const when of ["start", "blocking"] as const)
    it(`fails with what it threw, and tells in full what it said before: ${when}`, async () => {
      stage.config = { logShare: 0 };
      making[when] = () => {
        log("info", "calendar.repaired", { "frontdesk.module": "bookings" });
        throw new RangeError("refused by the constructor");
      };
      const call = inRequest((env) => env.LOUNGE.getByName(crypto.randomUUID()).open());
      await expect(call).rejects.toThrow("refused by the constructor");
      stage.config = {};
      const span = spanNamed(recording, "BareLounge/constructor");
      expect(span).toMatchObject({ failed: true, attributes: { "error.type": "_OTHER" } });
      const { spanId } = spanNamed(recording, "GET");
      const logs = recording.logs().toSorted((a, b) => a.event.localeCompare(b.event));
      expect(logs).toMatchObject([
        { event: "calendar.repaired", spanId: span.spanId },
        { event: "http.server.request.exception", spanId },
      ]);
    });

  it("costs no span when it does nothing", async () => {
    await inRequest((env) => env.COUNTER.getByName("idle").double(1));
    expect(recording.outline()).not.toContain("constructor");
  });
});
