import { idsIn } from "../asked.ts";
import { patchStorage, setterOfAlarm } from "../bindings/storage.ts";
import type { KitConfig } from "../config.ts";
import { splitArguments } from "../envelope.ts";
import { errorTypeOfStatus } from "../error-type.ts";
import { toldMethod } from "../http-method.ts";
import { parseTraceparent, remotesOf } from "../propagate.ts";
import { type LooseAttributes, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";
import {
  type Call,
  type ClassOptions,
  callMethod,
  type EntryClass,
  instrumentClass,
  nameOf,
} from "./class.ts";
import { runConstructor } from "./constructor.ts";
import { type Entry, enter } from "./invocation.ts";

/**
 * Wraps a Durable Object class: fetch, RPC, alarm and socket handlers are SERVER spans; its `env` has instrumented bindings,
 * and its storage has spans. Name, `this`, storage and `ctx` stay; synchronous methods stay synchronous; calls of the object to itself are no spans.
 */
export function instrumentObject<C extends EntryClass, Env>(
  target: C,
  configure: (env: Env) => KitConfig,
  options: ClassOptions = {},
): C {
  const className = nameOf(target, options);
  return instrumentClass(target, configure, {
    patient: false,
    construct: (ctx: DurableObjectState, host, run) => {
      patchStorage(ctx.storage);
      return runConstructor(className, ctx, host, run);
    },
    enter: (name, call) => (Object.hasOwn(triggers, name) ? enterEvent : enterCall)(className, name, call),
  });
}

// Nobody calls these: the platform does, and what they throw has no other reader.
const triggers: Readonly<Record<string, string>> = {
  alarm: "timer",
  webSocketMessage: "other",
  webSocketClose: "other",
  webSocketError: "other",
};

function enterEvent(className: string, name: string, { self, host, args, method }: Call): unknown {
  const entry: Entry = {
    trigger: name === "alarm" ? name : undefined,
    name: `${className}/${name}`,
    kind: spanKinds.SERVER,
    attributes: { "rpc.method": `${className}/${name}`, "faas.trigger": triggers[name] },
    links: name === "alarm" ? remotesOf([setterOfAlarm(self)]) : [],
    object: self,
    capturesErrors: true,
  };
  return enter(host, entry, () => method.apply(self, args as unknown[]));
}

function enterCall(className: string, name: string, call: Call): unknown {
  const { self, host, method } = call;
  const { args, trace, fields } = splitArguments(call.args);
  const request = name === "fetch" && args[0] instanceof Request ? args[0] : undefined;
  const parent = request
    ? parseTraceparent(request.headers.get("traceparent"), request.headers.get("tracestate"))
    : parseTraceparent(trace?.traceparent, trace?.tracestate);
  const entry: Entry = {
    trigger: request,
    name: `${className}/${name}`,
    kind: spanKinds.SERVER,
    attributes: rpcAttributes(className, name, request),
    parent,
    fields: request ? { ...idsIn(request.headers) } : fields,
    object: self,
    capturesErrors: false,
  };
  const work = request ? () => method.call(self, ...args) : () => callMethod(call, args);
  return enter(host, entry, work, { onResult: finishObject });
}

function rpcAttributes(className: string, name: string, request: Request | undefined): LooseAttributes {
  const rpc = { "rpc.system.name": "cloudflare-workers", "rpc.method": `${className}/${name}` };
  return request ? { ...rpc, ...toldMethod(request.method).attributes } : rpc;
}

function finishObject(span: KitSpan, result: unknown): void {
  if (!(result instanceof Response)) return;
  span.attributes["http.response.status_code"] = result.status;
  const type = result.status >= 500 ? errorTypeOfStatus(result.status) : undefined;
  if (type) span.fail(type);
}
