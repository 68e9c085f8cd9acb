import { open } from "#telemetry-shell";
import { isThenable } from "../active.ts";
import { captureOn } from "../capture.ts";
import type { ChildStart } from "../context.ts";
import { errorTypeOf, isFault } from "../error-type.ts";
import { type Host, inFlight, requestFlush } from "../export/flush.ts";
import type { RemoteContext } from "../propagate.ts";
import type { Invocation, LooseAttributes } from "../records.ts";
import type { Trigger } from "../shells/shell.ts";
import { type KitSpan, setLateHandler } from "../span.ts";
import { settleWithheld } from "../withhold.ts";

export type Entry = ChildStart & {
  readonly parent?: RemoteContext | undefined;
  /** For entries that a foreign shell may know how to open. */
  readonly trigger?: Trigger | undefined;
  /** The Durable Object that is entered. */
  readonly object?: object;
  /** Fields that the caller handed over. */
  readonly fields?: LooseAttributes;
  /** Whether every rejection has its record here; false where it goes on to a caller of ours, who may have asked for what cannot be. */
  readonly capturesErrors: boolean;
};

type Finish<T> = {
  readonly onResult?: (span: KitSpan, result: Awaited<T>) => void;
  readonly onError?: (span: KitSpan, error: unknown) => void;
};

/** Runs `work` as an invocation: its own span, its own bound fields, and a flush when it is over. */
export function enter<T>(host: Host, entry: Entry, work: (span: KitSpan) => T, finish: Finish<T> = {}): T {
  const { parent, trigger, object, capturesErrors, fields = {} } = entry;
  const invocation: Invocation = { fields, encoded: undefined, object, waitUntil: host.waitUntil };
  began(host);
  return open({ start: entry, parent, trigger, invocation }, work, {
    succeeded: (span, value) => finish.onResult?.(span, value),
    failed: (span, error) => {
      if (capturesErrors || isOurs(error)) captureOn(error, span);
      else span.failWith(error);
      finish.onError?.(span, error);
    },
    ended: (span) => {
      settleWithheld(invocation, span);
      ended(host);
    },
  });
}

/** A fault is recorded on the side that has its stack. What is none, or cannot be marked as recorded, is left to the caller. */
const isOurs = (error: unknown) => typeof error === "object" && error !== null && isFault(errorTypeOf(error));

// In a stream that is still sent, or after a `waitUntil` that is not of the context. It may be the last for long, and waits for
// its window also in an object, which what goes on keeps awake.
setLateHandler((waitUntil) => {
  try {
    requestFlush({ waitUntil, patient: true });
  } catch {
    // The request is gone; the next one exports it.
  }
});

function began({ patient }: Host): void {
  if (patient) {
    inFlight.requests++;
    inFlight.lastRequestAt = Date.now();
  } else inFlight.objectCalls++;
}

function ended(host: Host): void {
  if (host.patient) inFlight.requests = Math.max(0, inFlight.requests - 1);
  else inFlight.objectCalls = Math.max(0, inFlight.objectCalls - 1);
  requestFlush(host);
}

type Waits = { waitUntil(work: Promise<unknown>): void };
type WaitUntil = (this: unknown, work: Promise<unknown>) => void;
type Patched = { readonly raw: WaitUntil; readonly patient: boolean };

const patched = new WeakMap<object, Patched>();

/**
 * The host of a request or an object. `waitUntil` is replaced where the platform keeps it, once per isolate,
 * so that work after the response is exported too; the context stays the same object and costs nothing more.
 */
export function hostOf(ctx: Waits, patient: boolean): Host {
  const owner = Object.hasOwn(ctx, "waitUntil") ? ctx : Object.getPrototypeOf(ctx);
  const known = patched.get(owner) ?? patchWaitUntil(owner, patient);
  return { waitUntil: (work) => known.raw.call(ctx, work), patient };
}

function patchWaitUntil(owner: Waits, patient: boolean): Patched {
  const raw: WaitUntil = owner.waitUntil;
  const known = { raw, patient };
  patched.set(owner, known);
  try {
    Object.defineProperty(owner, "waitUntil", {
      configurable: true,
      writable: true,
      value(this: unknown, work: Promise<unknown>) {
        raw.call(this, work);
        const flush = () => requestFlush({ waitUntil: (more) => raw.call(this, more), patient });
        if (isThenable(work)) raw.call(this, Promise.resolve(work).then(flush, flush));
      },
    });
  } catch {
    // A frozen context only means that late spans wait for the next request.
  }
  return known;
}
