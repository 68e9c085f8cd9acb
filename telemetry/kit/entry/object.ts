import { idsIn } from "../asked.ts";
import type { KitConfig } from "../config.ts";
import { activeContext } from "../context.ts";
import { splitArguments } from "../envelope.ts";
import { errorTypeOfStatus } from "../error-type.ts";
import type { Host } from "../export/flush.ts";
import { parseTraceparent } from "../propagate.ts";
import { type LooseAttributes, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";
import { enter, hostOf } from "./invocation.ts";
import { prepare } from "./worker.ts";

// biome-ignore lint/suspicious/noExplicitAny: a mixin constructor must take any[] (TS2545)
type ObjectClass = new (...args: any[]) => object;
type Method = (this: object, ...args: unknown[]) => unknown;

const hostsOf = new WeakMap<object, Host>();

/**
 * Wraps a Durable Object class: fetch, RPC, alarm and socket handlers are SERVER spans; its `env` has instrumented bindings.
 * Name, `this`, storage and `ctx` stay; synchronous methods stay synchronous; calls of the object to itself are no spans.
 */
export function instrumentObject<C extends ObjectClass, Env>(
  target: C,
  configure: (env: Env) => KitConfig,
): C {
  const className = target.name.replace(/^_+/, "");
  const wrapped = class extends target {
    // biome-ignore lint/suspicious/noExplicitAny: a mixin constructor must take any[] (TS2545)
    constructor(...args: any[]) {
      const [ctx, env, ...rest] = args as [DurableObjectState, Env, ...unknown[]];
      super(ctx, prepare(env, configure), ...rest);
      hostsOf.set(this, hostOf(ctx, false));
    }
  };
  Object.defineProperty(wrapped, "name", { value: target.name });
  for (const [name, method] of methodsOf(target.prototype)) {
    Object.defineProperty(wrapped.prototype, name, {
      value: around(className, name, method),
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
  return wrapped;
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

const isBase = (prototype: object) => {
  const name = prototype.constructor?.name;
  return (
    prototype === Object.prototype ||
    (name === "DurableObject" && Object.getPrototypeOf(Object.getPrototypeOf(prototype)) === null)
  );
};

function around(className: string, name: string, method: Method): Method {
  const instrumented: Method = function (...given) {
    const { args, trace, fields } = splitArguments(given);
    const host = hostsOf.get(this);
    if (host === undefined || activeContext().invocation?.object === this)
      return method.apply(this, args as unknown[]);
    const request = name === "fetch" && args[0] instanceof Request ? args[0] : undefined;
    const parent = request
      ? parseTraceparent(request.headers.get("traceparent"), request.headers.get("tracestate"))
      : parseTraceparent(trace?.traceparent, trace?.tracestate);
    const entry = {
      name: `${className}/${name}`,
      kind: spanKinds.SERVER,
      attributes: attributesOf(className, name, request),
      parent,
      fields: request ? { ...idsIn(request.headers) } : fields,
      object: this,
      capturesErrors: name === "alarm",
    };
    return enter(host, entry, () => method.apply(this, args as unknown[]), { onResult: finishObject });
  };
  return Object.defineProperties(instrumented, { name: { value: name }, length: { value: method.length } });
}

function attributesOf(className: string, name: string, request: Request | undefined): LooseAttributes {
  if (name === "alarm") return { "rpc.method": `${className}/alarm`, "faas.trigger": "timer" };
  const rpc = { "rpc.system.name": "cloudflare-workers", "rpc.method": `${className}/${name}` };
  return request ? { ...rpc, "http.request.method": request.method } : rpc;
}

function finishObject(span: KitSpan, result: unknown): void {
  if (!(result instanceof Response)) return;
  span.attributes["http.response.status_code"] = result.status;
  const type = result.status >= 500 ? errorTypeOfStatus(result.status) : undefined;
  if (type) span.fail(type);
}
