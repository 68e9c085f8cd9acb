import { KitContext, runIn, startEntry } from "../context.ts";
import { type Host, requestFlush } from "../export/flush.ts";
import { type Invocation, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";

type Blocks = { blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T> };

/**
 * Runs the constructor of a Durable Object. It is asked for by no request that it knows, so what it does is a trace of its own,
 * which is begun by the first thing in it that is worth a span; a constructor that does nothing costs nothing.
 * The span ends when `blockConcurrencyWhile` is over.
 */
export function runConstructor(className: string, ctx: Blocks, host: Host, run: () => object): object {
  const invocation: Invocation = { fields: {}, encoded: undefined, object: undefined };
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
  const end = (error?: unknown) => {
    over = true;
    if (span === undefined) return;
    if (error !== undefined) span.failWith(error);
    span.end();
    requestFlush(host);
  };
  const blocking = watchBlocking(ctx);
  try {
    const instance = runIn(context, run);
    if (blocking.works.length === 0) end();
    else Promise.all(blocking.works).then(() => end(), end);
    return instance;
  } catch (error) {
    end(error);
    throw error;
  } finally {
    blocking.stop();
  }
}

/** Notes what `ctx.blockConcurrencyWhile` is given meanwhile. */
function watchBlocking(ctx: Blocks): { readonly works: Promise<unknown>[]; stop(): void } {
  const works: Promise<unknown>[] = [];
  const raw = ctx.blockConcurrencyWhile;
  const watched = (work: () => Promise<never>) => {
    const blocked = raw.call(ctx, work);
    works.push(blocked);
    return blocked;
  };
  Object.defineProperty(ctx, "blockConcurrencyWhile", { value: watched, configurable: true });
  return { works, stop: () => Reflect.deleteProperty(ctx, "blockConcurrencyWhile") };
}
