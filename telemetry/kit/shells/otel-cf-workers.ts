import { instrument, instrumentDO, type TraceConfig } from "@microlabs/otel-cf-workers";
import {
  type Context,
  type ProxyTracerProvider,
  TraceFlags,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { type KitContext, outside, runIn, type Started, startEntry } from "../context.ts";
import type { RemoteContext } from "../propagate.ts";
import { type KitSpan, millis } from "../span.ts";
import { openOwn } from "./own-entry.ts";
import type { Opening, Outcome, Shell, Trigger } from "./shell.ts";
import { standBehindApi, userTracer } from "./tracer.ts";

/** An entry on its way through the package, which takes no arguments of ours. */
type Passage = {
  readonly opening: Opening;
  readonly run: (started: Started) => Promise<unknown>;
  readonly ended: (span: KitSpan) => void;
  started: Started | undefined;
};

// The package calls tracer, processor and handler without a pause in between, so a variable leads from one to the next.
let passing: Passage | undefined;
let exporting = false;
const passages = new WeakMap<object, Passage>();

type Config = Extract<TraceConfig, { spanProcessors: unknown }>;
type Processor = Extract<Config["spanProcessors"], { onEnd: unknown }>;

/** Turns a span of the package into a record of ours: its ids and its times; name, kind, attributes and links of the entry. */
const processor: Processor = {
  onStart(span) {
    if (passing === undefined) return;
    const { traceId, spanId } = span.spanContext();
    const parentSpanId = span.parentSpanContext?.spanId;
    const startMs = millis(span.startTime);
    passing.started = startEntry(passing.opening, { traceId, spanId, parentSpanId, startMs });
    passages.set(span, passing);
  },
  onEnd(span) {
    const { started, ended } = passages.get(span) ?? {};
    if (started === undefined) return;
    started.span.end(span.endTime);
    ended?.(started.span);
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Complete, so that the package makes nothing of its own when it parses it, which it does for each entry. */
const config: Config = {
  service: { name: "entry-shell" },
  spanProcessors: [processor],
  sampling: {
    // RECORD_AND_SAMPLED: the collector decides, and no remote flag does.
    headSampler: { shouldSample: () => ({ decision: 2 }) },
    tailSampler: () => true,
  },
  // Trust, strict parsing and the allow-list of hosts are ours; the parent stands in the context already.
  propagator: { inject: () => {}, extract: (context: Context) => context, fields: () => [] },
  handlers: { fetch: { acceptTraceContext: false } },
  fetch: { includeTraceContext: false },
  postProcessor: (spans) => spans,
  instrumentation: { instrumentGlobalFetch: false, instrumentGlobalCache: false },
};

// The package reads status and headers of what it is given; the real answer goes around it and is never touched.
const answer = { ok: false, status: 200, headers: { get: () => null } } as unknown as Response;

async function pass(): Promise<Response> {
  const passage = passing;
  passing = undefined;
  if (passage?.started) await passage.run(passage.started);
  return answer;
}

class Room {
  fetch(): Promise<Response> {
    return pass();
  }
  async alarm(): Promise<void> {
    await pass();
  }
}

// Empty, so that it proxies no binding.
const noEnv = Object.freeze({});
const unneeded = new Error("the kit exports");
/** It asks for `waitUntil`, then for its tracer, then it would wait and export: it gets no tracer and gives up. */
const noWaiting = {
  get waitUntil() {
    exporting = true;
    return (work: Promise<unknown>) => {
      exporting = false;
      work.catch(() => undefined);
    };
  },
} as unknown as ExecutionContext;

let theirs: TracerProvider | undefined;
const provider: TracerProvider = {
  getTracer(name) {
    if (exporting) throw unneeded;
    return passing !== undefined && theirs !== undefined ? theirs.getTracer(name) : userTracer;
  },
};

type Doors = {
  readonly fetch: (request: Request) => Promise<unknown>;
  readonly scheduled: (controller: ScheduledController) => Promise<unknown>;
  readonly objectFetch: (request: Request) => Promise<unknown>;
  readonly alarm: () => Promise<unknown>;
};
let doors: Doors | undefined;

export const install: Shell["install"] = () => {
  if (doors !== undefined) return;
  // A tracer that was taken at module scope asks the proxy of its day.
  (trace.getTracerProvider() as Partial<ProxyTracerProvider>).setDelegate?.(provider);
  standBehindApi(provider);
  trace.disable();
  doors = makeDoors();
  theirs = (trace.getTracerProvider() as ProxyTracerProvider).getDelegate();
  standBehindApi(provider);
};

function makeDoors(): Doors {
  const worker = instrument(
    { fetch: pass, scheduled: async () => void (await pass()) },
    config,
  ) as unknown as {
    readonly [name in "fetch" | "scheduled"]: (
      trigger: unknown,
      env: object,
      ctx: object,
    ) => Promise<unknown>;
  };
  const state = { id: { name: "", toString: () => "" } } as unknown as DurableObjectState;
  // One serves all objects of the isolate, because it holds no state; making it registers the package's tracer.
  const { fetch, alarm } = new (instrumentDO(Room, config))(state, noEnv) as unknown as Room;
  return {
    fetch: (request) => worker.fetch(request, noEnv, noWaiting),
    scheduled: (controller) => worker.scheduled(controller, noEnv, noWaiting),
    objectFetch: fetch,
    alarm,
  };
}

function enter(trigger: Trigger, { invocation }: Opening): Promise<unknown> | undefined {
  if (trigger === "alarm") return doors?.alarm();
  if (!(trigger instanceof Request)) return doors?.scheduled(trigger);
  return invocation.object ? doors?.objectFetch(trigger) : doors?.fetch(trigger);
}

/** Opens fetch, scheduled, and an object's fetch and alarm through the package, and everything else as `direct` does. */
export const open: Shell["open"] = (opening, work, outcome) =>
  opening.trigger === undefined
    ? openOwn(opening, work, outcome)
    : openByPackage(opening, opening.trigger, work, outcome);

function openByPackage<T>(
  opening: Opening,
  trigger: Trigger,
  work: (span: KitSpan) => T,
  outcome: Outcome<T>,
): T {
  let result: Promise<unknown> | undefined;
  const run = ({ span, context }: Started) => {
    const succeeded = (value: unknown) => {
      outcome.succeeded(span, value as Awaited<T>);
      return value;
    };
    const failed = (error: unknown) => {
      outcome.failed(span, error);
      throw error;
    };
    result = runIn(context, async () => work(span)).then(succeeded, failed);
    return result.then(nothing, nothing);
  };
  passing = { opening, run, ended: outcome.ended, started: undefined };
  const give = () => result;
  const through = attempt(() => runIn(contextOf(opening.parent), () => enter(trigger, opening))).then(
    give,
    give,
  );
  passing = undefined;
  // A package that fails before it has called us must not cost the request.
  return result === undefined ? openOwn(opening, work, outcome) : (through as T);
}

async function attempt(work: () => Promise<unknown> | undefined): Promise<void> {
  await work();
}
const nothing = () => undefined;

/** The context that the package finds: nothing but the caller, if its trace is continued. */
function contextOf(parent: RemoteContext | undefined): KitContext {
  if (parent === undefined) return outside;
  const { traceId, spanId } = parent;
  return outside.withSpan(
    trace.wrapSpanContext({ traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true }),
  );
}
