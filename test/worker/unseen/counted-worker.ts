import { rawIn } from "../../../telemetry/kit/bindings/overlay.ts";
import { countedEnv, countStorage } from "./counters.ts";
import { bookCall } from "./ledger.ts";
import { enterMaking, enterScope, objectEntered } from "./scope.ts";
import { keys } from "./span-key.ts";

/** Counts what the platform brings to the handlers, and gives them bindings that count: below the kit on both sides. */
export function countedWorker<Env>({
  fetch,
  queue,
  scheduled,
  ...rest
}: ExportedHandler<Env>): ExportedHandler<Env> {
  return {
    ...rest,
    ...(fetch && {
      fetch: (request, env, ctx) => {
        bookCall(keys.request);
        return enterScope(undefined, () => fetch(request, countedEnv(env), ctx));
      },
    }),
    ...(queue && {
      queue: (batch, env, ctx) => {
        bookBatch(batch);
        return enterScope(undefined, () => queue(batch, countedEnv(env), ctx));
      },
    }),
    ...(scheduled && {
      scheduled: (controller, env, ctx) => {
        bookCall(keys.cron);
        return enterScope(undefined, () => scheduled(controller, countedEnv(env), ctx));
      },
    }),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a mixin constructor must take any[] (TS2545)
type AnyClass = new (...args: any[]) => object;
type Method = (this: object, ...args: unknown[]) => unknown;

/** Counts calls that enter an object of this class from outside, and those that it makes itself, inside the object. */
export const countedObject = <C extends AnyClass>(target: C): C =>
  countedClass(target, (name) => bookCall(keys.object(`${nameOf(target)}/${name}`)));

/** The same for a `WorkerEntrypoint`, whose handlers are those of a Worker. */
export const countedEntrypoint = <C extends AnyClass>(target: C): C =>
  countedClass(target, (name, [event]) => {
    if (name === "fetch") bookCall(keys.request);
    else if (name === "scheduled") bookCall(keys.cron);
    else if (name === "queue") bookBatch(event as MessageBatch);
    else bookCall(keys.object(`${nameOf(target)}/${name}`));
  });

function bookBatch({ queue, messages }: MessageBatch): void {
  for (const _message of messages) bookCall(keys.message(queue));
}

const nameOf = (target: AnyClass) => target.name.replace(/^_+/, "");

function countedClass<C extends AnyClass>(
  target: C,
  book: (name: string, args: readonly unknown[]) => void,
): C {
  // A function and not a class, because super() cannot be called inside a scope.
  const wrapped = function (ctx: Partial<DurableObjectState>, env: object, ...rest: unknown[]): object {
    if (ctx.storage) countStorage(ctx.storage);
    return enterMaking(() => Reflect.construct(target, [ctx, countedEnv(env), ...rest], new.target));
  } as unknown as C;
  Object.setPrototypeOf(wrapped, target);
  Object.defineProperties(wrapped, {
    name: { value: target.name },
    prototype: { value: Object.create(target.prototype, { constructor: { value: wrapped } }) },
  });
  for (const name of methodNames(target.prototype)) {
    const method = target.prototype[name] as Method;
    const counted: Method = function (...args) {
      if (objectEntered() === this) return method.apply(this, args);
      book(name, args);
      const result = enterScope(this, () => method.apply(this, args));
      return result instanceof Promise ? result.then((value) => rawIn(value)) : rawIn(result);
    };
    Object.defineProperty(wrapped.prototype, name, { value: counted, configurable: true, writable: true });
  }
  return wrapped;
}

// Up to the class that only the platform derives from.
function methodNames(prototype: object): string[] {
  const parent = Object.getPrototypeOf(prototype);
  if (parent === null || Object.getPrototypeOf(parent) === null) return [];
  const inherited = methodNames(parent);
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === "function" && name !== "constructor")
    .map(([name]) => name);
  return [...new Set([...own, ...inherited])];
}
