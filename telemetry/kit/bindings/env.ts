import { instrumentD1 } from "./d1.ts";
import { instrumentNamespace } from "./durable-object.ts";
import { instrumentKv } from "./kv.ts";
import { instrumentQueue } from "./queue.ts";
import { instrumentR2 } from "./r2.ts";
import { instrumentService } from "./service.ts";

const envs = new WeakMap<object, object>();
const bindings = new WeakMap<object, object>();

/** The same environment with instrumented bindings; made once per environment, each binding once per isolate. */
export function instrumentEnv<Env>(env: Env): Env {
  const raw = env as object;
  const known = envs.get(raw);
  if (known) return known as Env;
  const wrapped = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, instrumentBinding(name, value)]),
  );
  envs.set(raw, wrapped);
  // A Durable Object that is made by an instrumented one must not be wrapped twice.
  envs.set(wrapped, wrapped);
  return wrapped as Env;
}

function instrumentBinding(name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = bindings.get(value);
  if (known) return known;
  const wrapped = wrapperFor(value)?.(value as never, name) ?? value;
  bindings.set(value, wrapped);
  return wrapped;
}

type Wrapper = (raw: never, name: string) => object;

// By what the prototype has: a service binding answers to every name, so the value itself must not be asked.
function wrapperFor(value: object): Wrapper | undefined {
  const prototype: object = Object.getPrototypeOf(value) ?? {};
  return recognisers.find(({ methods }) => methods.every((method) => method in prototype))?.wrap;
}

const recognisers: readonly { readonly methods: readonly string[]; readonly wrap: Wrapper }[] = [
  { methods: ["prepare", "batch", "exec"], wrap: instrumentD1 },
  { methods: ["idFromName", "newUniqueId"], wrap: instrumentNamespace },
  { methods: ["getWithMetadata", "put"], wrap: instrumentKv },
  { methods: ["createMultipartUpload", "head"], wrap: instrumentR2 },
  { methods: ["send", "sendBatch"], wrap: instrumentQueue },
  { methods: ["fetch", "connect"], wrap: instrumentService },
];
