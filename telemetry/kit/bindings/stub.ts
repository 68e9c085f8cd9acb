import { carrierOf, isThenable } from "../active.ts";
import { traceArgument } from "../envelope.ts";
import type { LooseAttributes } from "../records.ts";
import type { KitSpan } from "../span.ts";
import { failCall, finishCall, startCall } from "./client-call.ts";
import { readClientStatus } from "./fetch.ts";
import { rawIn, remember } from "./overlay.ts";
import { withTraceHeaders } from "./trace-headers.ts";

/** What is called by fetch and RPC: an object or a service. */
export type Remote = {
  /** First half of the span's name, e.g. the class. */
  readonly name: string;
  readonly attributes: LooseAttributes;
  /** Members of the stub itself, which are no calls. */
  readonly own: ReadonlySet<string>;
  /** Whether the other side is ours and takes the trace context off again. */
  readonly propagates: boolean;
};

type Rpc = (...args: unknown[]) => unknown;

/** Puts a CLIENT span around every call of a stub; made per stub, its methods on first use. */
export function instrumentStub<T extends object>(raw: T, remote: Remote): T {
  const calls = new Map<string, unknown>();
  const wrapped = new Proxy(raw, {
    get(stub, name) {
      if (typeof name === "symbol" || remote.own.has(name)) return ownOf(stub, name);
      const known = calls.get(name);
      if (known !== undefined) return known;
      const call =
        name === "fetch" ? tracedFetch(stub as Fetcher, remote) : tracedMethod(stub, name, name, remote);
      calls.set(name, call);
      return call;
    },
  });
  remember(wrapped, raw);
  return wrapped;
}

function ownOf(stub: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(stub, name, stub);
  return value instanceof Function && name !== "constructor" ? value.bind(stub) : value;
}

/**
 * A method of the remote. What the platform returns is returned as it is: a promise whose properties and
 * methods can be used before it resolves, and what it resolves to may be a stub, a function or a stream.
 * A name that is awaited and not called is a property of the remote: a call too. What is called on a property is a method
 * of what it holds, which is no class of ours and takes no argument off.
 */
function tracedMethod(stub: object, key: string, name: string, remote: Remote): unknown {
  const rpc: unknown = Reflect.get(stub, key, stub);
  if (typeof rpc !== "function") return rpc;
  return new Proxy(rpc as Rpc, {
    apply: (method, _this, args: unknown[]) => callTraced(method, name, args, remote),
    get(method, inner) {
      if (inner === "then" || inner === "catch" || inner === "finally")
        return propertyRead(method, inner, name, remote);
      if (typeof inner === "symbol" || Reflect.get(method, inner, method) instanceof Function)
        return ownOf(method, inner);
      return tracedMethod(method, inner, `${name}.${inner}`, { ...remote, propagates: false });
    },
  });
}

function propertyRead(property: Rpc, key: "then" | "catch" | "finally", name: string, remote: Remote) {
  const then = Reflect.get(property, "then", property) as unknown as Promise<unknown>["then"];
  return (...handlers: unknown[]) => {
    const span = startRemote(remote, name);
    const read = finishCall(span, then.call(property, (value) => value) as Promise<unknown>);
    return (read[key] as Rpc).apply(read, handlers);
  };
}

function callTraced(method: Rpc, name: string, args: unknown[], remote: Remote): unknown {
  const span = startRemote(remote, name);
  try {
    const all = args.map((arg) => rawIn(arg));
    if (remote.propagates) all.push(traceArgument(carrierOf(span), span.invocation?.fields));
    const result = method(...all);
    observe(span, result);
    return result;
  } catch (error) {
    failCall(span, error);
    throw error;
  }
}

const startRemote = ({ name, attributes }: Remote, method: string) =>
  startCall(`${name}/${method}`, {
    ...attributes,
    "rpc.system.name": "cloudflare-workers",
    "rpc.method": `${name}/${method}`,
  });

function observe(span: KitSpan, result: unknown): void {
  if (isThenable(result)) {
    result.then(
      () => span.end(),
      (error: unknown) => failCall(span, error),
    );
  } else span.end();
}

function tracedFetch(stub: Fetcher, remote: Remote): Fetcher["fetch"] {
  return ((input: RequestInfo, init?: RequestInit) => {
    const span = startRemote(remote, "fetch");
    const send = async () =>
      remote.propagates ? stub.fetch(withTraceHeaders(input, init, span)) : stub.fetch(input, init);
    return finishCall(span, send(), readClientStatus);
  }) as Fetcher["fetch"];
}
