import { isThenable } from "../active.ts";
import { rawIn } from "../bindings/overlay.ts";
import type { KitConfig } from "../config.ts";
import { activeContext } from "../context.ts";
import type { Host } from "../export/flush.ts";
import { hostOf } from "./invocation.ts";
import { prepare } from "./worker.ts";

// biome-ignore lint/suspicious/noExplicitAny: a mixin constructor must take any[] (TS2545)
export type EntryClass = new (...args: any[]) => object;
export type Method = (this: object, ...args: unknown[]) => unknown;

/** A call from outside: the instance, its host, and the arguments as they came. */
export type Call = {
  readonly self: object;
  readonly host: Host;
  readonly args: readonly unknown[];
  readonly method: Method;
};

type Hooks<Ctx> = {
  readonly patient: boolean;
  /** Runs the constructor of the class. */
  readonly construct: (ctx: Ctx, host: Host, run: () => object) => object;
  /** Runs a call from outside. */
  readonly enter: (name: string, call: Call) => unknown;
};

const hosts = new WeakMap<object, Host>();
const wrappers = new WeakSet<object>();

/** What is said of any class that is wrapped. */
export type ClassOptions = {
  /**
   * Its name in spans: that under which it is exported, so that both sides of a call have one name. By default its own,
   * which a minifier shortens.
   */
  readonly name?: string;
};

/** The name of a class in spans: bundlers put underscores before it. */
export const nameOf = (target: EntryClass, { name }: ClassOptions): string =>
  name ?? target.name.replace(/^_+/, "");

/**
 * Wraps a class of the platform once: calls from outside go through `enter`, its `env` has instrumented bindings.
 * Name, `this`, getters and `ctx` stay; calls of an instance to itself are left alone.
 */
export function instrumentClass<C extends EntryClass, Env, Ctx extends Parameters<typeof hostOf>[0]>(
  target: C,
  configure: (env: Env) => KitConfig,
  { patient, construct, enter }: Hooks<Ctx>,
): C {
  if (wrappers.has(target)) return target;
  // A function and not a class, because super() cannot be called inside the context that a constructor runs in.
  const wrapped = function (ctx: Ctx, env: Env, ...rest: unknown[]): object {
    const prepared = prepare(env, configure);
    const host = hostOf(ctx, patient);
    const instance = construct(ctx, host, () =>
      Reflect.construct(target, [ctx, prepared, ...rest], new.target),
    );
    hosts.set(instance, host);
    return instance;
  } as unknown as C;
  wrappers.add(wrapped);
  Object.setPrototypeOf(wrapped, target);
  Object.defineProperties(wrapped, {
    name: { value: target.name },
    prototype: {
      value: Object.create(target.prototype, {
        constructor: { value: wrapped, writable: true, configurable: true },
      }),
    },
  });
  for (const [name, method] of methodsOf(target.prototype)) {
    Object.defineProperty(wrapped.prototype, name, {
      value: around(name, method, enter),
      writable: true,
      configurable: true,
    });
  }
  return wrapped;
}

function around(name: string, method: Method, enter: Hooks<never>["enter"]): Method {
  const instrumented: Method = function (...args) {
    const host = hosts.get(this);
    if (host === undefined || activeContext().invocation?.object === this) return method.apply(this, args);
    return enter(name, { self: this, host, args, method });
  };
  return Object.defineProperties(instrumented, { name: { value: name }, length: { value: method.length } });
}

/** Calls a method that an RPC has asked for: what it gives is sent, so it must be the platform's own. */
export function callMethod({ self, method }: Call, args: readonly unknown[]): unknown {
  const result = method.apply(self, args as unknown[]);
  return isThenable(result) ? result.then((value) => rawIn(value)) : rawIn(result);
}

/** Methods of the class and its parents, up to the platform's own base class. */
function methodsOf(prototype: object): Map<string, Method> {
  const methods = new Map<string, Method>();
  for (let at: object | null = prototype; at !== null && !isBase(at); at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === "function" && name !== "constructor" && !methods.has(name))
        methods.set(name, value);
    }
  }
  return methods;
}

const isBase = (prototype: object) =>
  prototype === Object.prototype ||
  (/^(DurableObject|WorkerEntrypoint)$/.test(prototype.constructor?.name) &&
    Object.getPrototypeOf(Object.getPrototypeOf(prototype)) === null);
