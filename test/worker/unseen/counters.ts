import { env as workersEnv } from "cloudflare:workers";
import { rawIn, remember } from "../../../telemetry/kit/bindings/overlay.ts";
import { bookCall } from "./ledger.ts";
import { counted, inScope } from "./scope.ts";
import { keys } from "./span-key.ts";

// biome-ignore lint/suspicious/noExplicitAny: methods of the platform, whatever they take
type Method = (this: any, ...args: any[]) => any;
type Book = (self: object, args: readonly unknown[]) => void;
type Prototype = Record<string, Method>;

const names = new WeakMap<object, string>();
const nameOf = (binding: object) => names.get(binding) ?? "?";
const statements = new WeakMap<object, { readonly binding: string; readonly sql: string }>();
const counting = new WeakSet<object>();

/** Puts a counter over methods of a prototype, once; so it is below whatever wraps the objects, and sees the raw ones as well. */
function count(prototype: object, book: Readonly<Record<string, Book>>): void {
  if (counting.has(prototype)) return;
  counting.add(prototype);
  for (const [name, bookOne] of Object.entries(book))
    replace(prototype, name, (raw) => {
      return function (...args) {
        return counted(
          () => bookOne(this, args),
          () => raw.apply(this, args),
        );
      };
    });
}

/** Learns from what a method returned; counts nothing, because it reaches nothing. */
function watch(
  prototype: object,
  name: string,
  learn: (self: object, args: readonly unknown[], result: object) => object,
): void {
  replace(prototype, name, (raw) => {
    return function (...args) {
      return learn(this, args, raw.apply(this, args));
    };
  });
}

function replace(prototype: object, name: string, around: (raw: Method) => Method): void {
  const raw = (prototype as Prototype)[name];
  if (raw === undefined)
    throw new Error(`the platform has no ${name} here: the counters must be looked through`);
  (prototype as Prototype)[name] = around(raw);
}

const operations = (type: string, methods: readonly string[]): Record<string, Book> =>
  Object.fromEntries(
    methods.map((method) => [method, (self) => bookCall(keys.operation(type, nameOf(self), method))]),
  );

function countD1(db: D1Database): void {
  const prototype = Object.getPrototypeOf(db);
  if (counting.has(prototype)) return;
  const prepared = (self: object, [sql]: readonly unknown[], statement: object) => {
    statements.set(statement, { binding: nameOf(self), sql: String(sql) });
    return statement;
  };
  const session = db.withSession();
  countStatements(session.prepare("SELECT 1"));
  const methods = operations("d1", ["batch"]);
  count(Object.getPrototypeOf(session), methods);
  watch(Object.getPrototypeOf(session), "prepare", prepared);
  count(prototype, { ...methods, ...operations("d1", ["exec"]) });
  watch(prototype, "prepare", prepared);
  watch(prototype, "withSession", (self, _args, opened) => {
    names.set(opened, nameOf(self));
    return opened;
  });
}

function countStatements(statement: D1PreparedStatement): void {
  const prototype = Object.getPrototypeOf(statement);
  const book =
    (method: string): Book =>
    (self) => {
      const { binding, sql } = statements.get(self) ?? { binding: "?", sql: "?" };
      bookCall(keys.statement(binding, sql), `d1 ${binding} ${method}`);
    };
  count(prototype, { first: book("first"), all: book("all"), raw: book("raw"), run: book("run") });
  watch(prototype, "bind", (self, _args, bound) => {
    const known = statements.get(self);
    if (known) statements.set(bound, known);
    return bound;
  });
}

function countNamespace(namespace: object): void {
  const prototype = Object.getPrototypeOf(namespace);
  if (counting.has(prototype)) return;
  counting.add(prototype);
  // A stub of a test's own stays as it is: evictDurableObject takes no proxy.
  const counts = (self: object, _args: readonly unknown[], stub: object) =>
    inScope() ? countedRemote(stub, "durable_object", nameOf(self)) : stub;
  watch(prototype, "get", counts);
  watch(prototype, "getByName", counts);
  watch(prototype, "jurisdiction", (self, _args, narrowed) => {
    names.set(narrowed, nameOf(self));
    return narrowed;
  });
}

const own: ReadonlySet<string> = new Set(["id", "name", "connect", "dup", "then", "constructor"]);

/** A stub answers to every name, so its methods are counted as they are read. The proxy keeps the prototype. */
function countedRemote<T extends object>(raw: T, type: string, binding: string): T {
  const book = (method: string) => () => bookCall(keys.remote(type, binding, method));
  const wrapped = new Proxy(raw, {
    get(stub, name) {
      const value: unknown = Reflect.get(stub, name, stub);
      if (typeof value !== "function" || name === "constructor") return value;
      if (typeof name === "symbol" || own.has(name)) return value.bind(stub);
      return countedMethod(stub as Record<string, Method>, name, value as Method, book(name));
    },
  });
  // The platform sends its own stubs only.
  remember(wrapped, raw);
  return wrapped;
}

// A name that is awaited and not called is a property of the other side: a call, too.
const countedMethod = (stub: Record<string, Method>, name: string, method: Method, book: () => void) =>
  new Proxy(method, {
    apply: (_method, _this, args) => counted(book, () => stub[name]?.(...args.map((arg) => rawIn(arg)))),
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      // What is called on a property is no function of the platform's own.
      if (!(value instanceof Function)) return value;
      const bound = value.bind(target) as Method;
      return key === "then" ? (...args: unknown[]) => counted(book, () => bound(...args)) : bound;
    },
  });

// What the kit itself sends, to the collector and to Sentry, must have no span.
const telemetryOwn = /\/v1\/(traces|logs|metrics)$|\/api\/\d+\/envelope\/$/;

function countFetch(): void {
  const raw = globalThis.fetch;
  globalThis.fetch = ((input: RequestInfo | URL, init?: RequestInit) => {
    const { method, url } = new Request(input instanceof Request ? input.url : String(input), {
      method: init?.method ?? (input instanceof Request ? input.method : "GET"),
    });
    const send = () => raw(input as RequestInfo, init);
    const { hostname, pathname } = new URL(url);
    return telemetryOwn.test(pathname) ? send() : counted(() => bookCall(keys.fetch(method, hostname)), send);
  }) as typeof fetch;
}

const uploads = ["uploadPart", "complete", "abort"];

function countR2(bucket: R2Bucket): void {
  const prototype = Object.getPrototypeOf(bucket);
  if (counting.has(prototype)) return;
  count(prototype, operations("r2", ["head", "get", "put", "delete", "list", "createMultipartUpload"]));
  const began = (self: object, upload: object) => {
    names.set(upload, nameOf(self));
    count(Object.getPrototypeOf(upload), operations("r2", uploads));
    return upload;
  };
  watch(prototype, "resumeMultipartUpload", (self, _args, upload) => began(self, upload));
  watch(prototype, "createMultipartUpload", (self, _args, upload) =>
    (upload as Promise<object>).then((begun) => began(self, begun)),
  );
}

const has = (binding: object, ...methods: string[]) => {
  const prototype: object = Object.getPrototypeOf(binding) ?? {};
  return methods.every((method) => method in prototype);
};

const notCalled: ReadonlySet<unknown> = new Set([Object.prototype, Array.prototype]);

function countBinding(name: string, binding: object): void {
  if (has(binding, "prepare", "withSession")) countD1(binding as D1Database);
  else if (has(binding, "idFromName")) countNamespace(binding);
  else if (has(binding, "getWithMetadata"))
    count(
      Object.getPrototypeOf(binding),
      operations("kv", ["get", "getWithMetadata", "put", "delete", "list"]),
    );
  else if (has(binding, "createMultipartUpload")) countR2(binding as R2Bucket);
  else if (has(binding, "sendBatch"))
    count(Object.getPrototypeOf(binding), operations("queue", ["send", "sendBatch", "metrics"]));
  else if (!has(binding, "fetch", "connect") && !notCalled.has(Object.getPrototypeOf(binding)))
    throw new Error(`${name} is a binding that nobody counts: teach the counters and the kit about it`);
}

const known = new WeakMap<object, object>();

/** Learns the names of the bindings, and gives the environment with services that count; they cannot be counted otherwise. */
export function countedEnv<Env>(env: Env): Env {
  const raw = env as object;
  const found = known.get(raw);
  if (found) return found as Env;
  const own = Object.entries(raw).map(([name, binding]): [string, unknown] => {
    if (typeof binding !== "object" || binding === null || name.startsWith("__")) return [name, binding];
    names.set(binding, name);
    countBinding(name, binding);
    return [name, has(binding, "fetch", "connect") ? countedRemote(binding, "service", name) : binding];
  });
  const made = Object.fromEntries(own);
  known.set(raw, made);
  known.set(made, made);
  return made as Env;
}

const keyed = ["get", "list", "put", "delete"];
const stored = [...keyed, "deleteAll", "sync", "getAlarm", "setAlarm", "deleteAlarm"];

/** The storage of a Durable Object, whose prototypes are only seen inside one. */
export function countStorage(storage: DurableObjectStorage): void {
  const prototype = Object.getPrototypeOf(storage);
  if (counting.has(prototype)) return;
  const book = (methods: readonly string[]) =>
    Object.fromEntries(methods.map((method) => [method, () => bookCall(keys.storage(method))]));
  count(prototype, book(stored));
  count(Object.getPrototypeOf(storage.kv), book(keyed));
  count(Object.getPrototypeOf(storage.sql), {
    exec: (_self, [sql]) => bookCall(keys.storedStatement(String(sql)), keys.storage("exec")),
  });
  replace(prototype, "transaction", (raw) => {
    return function (work: (held: object) => unknown) {
      return raw.call(this, (held: object) => {
        count(Object.getPrototypeOf(held), book([...keyed, "getAlarm", "setAlarm", "deleteAlarm"]));
        return work(held);
      });
    };
  });
}

function countCaches(): void {
  const methods = ["match", "put", "delete"];
  names.set(caches.default, "default");
  count(Cache.prototype, operations("cache", methods));
  watch(CacheStorage.prototype, "open", (_self, [name], opened) =>
    (opened as Promise<object>).then((cache) => {
      names.set(cache, String(name));
      return cache;
    }),
  );
}

/** Begins to count in this isolate, before the Worker is loaded. */
export function installCounters(): void {
  countFetch();
  countCaches();
  const counted = countedEnv(workersEnv as object);
  for (const [name, binding] of Object.entries(counted)) Object.assign(workersEnv, { [name]: binding });
}
