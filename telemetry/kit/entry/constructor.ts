import { KitContext, runIn, startEntry } from "../context.ts";
import { type Host, requestFlush } from "../export/flush.ts";
import { type Invocation, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";
import { settleWithheld } from "../withhold.ts";

type Blocks = { blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T> };

/**
 * Runs the constructor of a Durable Object. It is asked for by no request that it knows, so what it does is a trace of its own,
 * which is begun by the first thing in it that is worth a span; a constructor that does nothing costs nothing.
 * The span ends when `blockConcurrencyWhile` is over. A failure marks it, and is recorded by the caller: the platform stops
 * all work of an object that could not be made, exports included, so what is in the buffer waits for somebody else.
 */
export function runConstructor(className: string, ctx: Blocks, host: Host, run: () => object): object {
  const invocation: Invocation = {
    fields: {},
    encoded: undefined,
    object: undefined,
    waitUntil: host.waitUntil,
  };
  const name = `${className}/constructor`;
  const start = { name, kind: spanKinds.INTERNAL, attributes: { "rpc.method": name } };
  const context = new KitContext(undefined, undefined, invocation);
  let span: KitSpan | undefined;
  let over = false;
  const begin = () => {
    if (!over) span ??= startEntry({ start, parent: undefined, invocation }).span;
    return span;
  };
  Object.defineProperty(context, "span", { get: begin });
  const end = () => {
    over = true;
    span?.end();
    if (span === undefined) invocation.toldInFull = false;
    else settleWithheld(invocation, span);
  };
  const fail = (error: unknown) => {
    begin()?.failWith(error);
    end();
  };
  const blocking = watchBlocking(ctx, fail);
  const succeed = () => {
    end();
    if (span !== undefined) requestFlush(host);
  };
  try {
    const instance = runIn(context, run);
    // What blocking work calls from now on, the object calls itself.
    invocation.object = instance;
    if (blocking.works.length === 0) succeed();
    else Promise.all(blocking.works).then(succeed, () => undefined);
    return instance;
  } catch (error) {
    fail(error);
    throw error;
  } finally {
    blocking.stop();
  }
}

type Watch = { readonly works: Promise<unknown>[]; stop(): void };

/** Notes what `ctx.blockConcurrencyWhile` is given meanwhile. Its failure is told from within: nothing runs after it. */
function watchBlocking(ctx: Blocks, failed: (error: unknown) => void): Watch {
  const works: Promise<unknown>[] = [];
  const raw = ctx.blockConcurrencyWhile;
  const watched = (work: () => Promise<never>) => {
    const blocked = raw.call(ctx, async () => {
      try {
        return await work();
      } catch (error) {
        failed(error);
        throw error;
      }
    });
    works.push(blocked);
    return blocked;
  };
  Object.defineProperty(ctx, "blockConcurrencyWhile", { value: watched, configurable: true });
  return { works, stop: () => Reflect.deleteProperty(ctx, "blockConcurrencyWhile") };
}
