import type { KitConfig } from "../config.ts";
import { splitArguments } from "../envelope.ts";
import { parseTraceparent } from "../propagate.ts";
import { spanKinds } from "../records.ts";
import {
  type Call,
  type ClassOptions,
  callMethod,
  type EntryClass,
  instrumentClass,
  nameOf,
} from "./class.ts";
import { failHttp, finishHttp, httpEntry } from "./http.ts";
import { enter } from "./invocation.ts";
import { enterBatch } from "./queue.ts";
import { cronEntry } from "./worker.ts";

/** How an entrypoint is reached. */
export type EntrypointOptions = ClassOptions & {
  /**
   * Who can call `fetch`. "anyone" (default): it is an HTTP entry like that of `instrumentWorker`, counted by the SLI, and callers
   * are linked unless `trustTraceOf` says otherwise. "ours": only Workers with this kit have a binding to it, so their trace is
   * continued and the SLI counts the request where it came in.
   */
  readonly callers?: "anyone" | "ours";
};

/**
 * Wraps a `WorkerEntrypoint` class: fetch, RPC, queue, scheduled and the other handlers; its `env` has instrumented bindings.
 * An RPC that brings our trace context is continued: arguments cannot be forged from outside the account.
 */
export function instrumentEntrypoint<C extends EntryClass, Env>(
  target: C,
  configure: (env: Env) => KitConfig,
  options: EntrypointOptions = {},
): C {
  const className = nameOf(target, options);
  return instrumentClass(target, configure, {
    patient: true,
    construct: (_ctx: ExecutionContext, _host, run) => run(),
    enter(name, call) {
      const { self, host, args, method } = call;
      const work = () => method.apply(self, args as unknown[]);
      const [event] = args;
      if (name === "fetch" && event instanceof Request) {
        const entry = { ...httpEntry(event, options.callers === "ours"), object: self };
        return enter(host, entry, work, { onResult: finishHttp as never, onError: failHttp });
      }
      if (name === "queue")
        return enterBatch(host, event as MessageBatch, (seen) => method.call(self, seen, ...args.slice(1)));
      if (name === "scheduled")
        return enter(host, { ...cronEntry(event as ScheduledController), object: self }, work);
      return enterMethod(`${className}/${name}`, isEvent.test(name), call);
    },
  });
}

const isEvent = /^(tail|trace|tailStream|email|test)$/;

function enterMethod(name: string, event: boolean, call: Call): unknown {
  const { args, trace, fields } = splitArguments(call.args);
  const entry = {
    name,
    kind: spanKinds.SERVER,
    attributes: {
      "rpc.method": name,
      ...(event ? { "faas.trigger": "other" } : { "rpc.system.name": "cloudflare-workers" }),
    },
    parent: parseTraceparent(trace?.traceparent, trace?.tracestate),
    fields,
    object: call.self,
    capturesErrors: event,
  };
  return enter(call.host, entry, () => callMethod(call, args));
}
