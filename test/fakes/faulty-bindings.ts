import type { Env } from "../../src/platform/env.ts";

/**
 * One planned fault of a binding. `on` is matched against the SQL of a D1 call, the method of a calendar, or "send".
 * lost: the call never happens. answer lost: it happens, and the caller learns nothing. before: something happens first.
 */
export type Fault = { readonly on: RegExp; times?: number } & (
  | { readonly how: "lost" | "answer lost" | "dropped" }
  | { readonly how: "before"; readonly run: () => Promise<unknown> }
);

export type FaultyEnv = { readonly env: Env; readonly hits: string[] };

/** The same bindings, wrapped: what a plan names fails, all else passes through to the real ones. */
export function faultyEnv(env: Env, plan: readonly Fault[]): FaultyEnv {
  const hits: string[] = [];
  const faults = plan.map((fault) => ({ ...fault, left: fault.times ?? 1 }));
  const call: Caller = async (what, run) => {
    const fault = faults.find(({ on, left }) => left > 0 && on.test(what));
    if (!fault) return await run();
    fault.left--;
    hits.push(what);
    if (fault.how === "before") {
      await fault.run();
      return await run();
    }
    if (fault.how === "dropped") return undefined as never;
    if (fault.how === "answer lost") await run();
    throw new Error("Network connection lost.");
  };
  const bindings = {
    DB: faultyD1(env.DB, call) as D1Database,
    ROOM_CALENDAR: faultyNamespace(env.ROOM_CALENDAR, call),
    EVENTS: faultyQueue(env.EVENTS, call),
  };
  return { env: { ...env, ...bindings }, hits };
}

type Caller = <T>(what: string, run: () => Promise<T>) => Promise<T>;
type Prepared = { readonly sql: string; readonly inner: D1PreparedStatement };

function faultyD1(db: D1Database | D1DatabaseSession, call: Caller): Partial<D1Database> {
  const known = new WeakMap<object, Prepared>();
  const wrap = (sql: string, inner: D1PreparedStatement): D1PreparedStatement => {
    const statement = {
      bind: (...values: unknown[]) => wrap(sql, inner.bind(...values)),
      first: (...args: []) => call(sql, () => inner.first(...args)),
      all: () => call(sql, () => inner.all()),
      run: () => call(sql, () => inner.run()),
      raw: (...args: []) => call(sql, () => inner.raw(...args)),
    } as unknown as D1PreparedStatement;
    known.set(statement, { sql, inner });
    return statement;
  };
  return {
    prepare: (sql) => wrap(sql, db.prepare(sql)),
    batch: (statements) => {
      const parts = statements.map((statement) => known.get(statement) as Prepared);
      return call(parts.map(({ sql }) => sql).join("; "), () => db.batch(parts.map(({ inner }) => inner)));
    },
    withSession: (at) => faultyD1((db as D1Database).withSession(at), call) as D1DatabaseSession,
  };
}

function faultyNamespace(namespace: DurableObjectNamespace, call: Caller): DurableObjectNamespace {
  const stubOf = (name: string) =>
    new Proxy(namespace.getByName(name) as object, {
      get:
        (stub, method: string) =>
        (...args: unknown[]) =>
          call(
            method,
            () =>
              (stub as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]?.(...args) as never,
          ),
    });
  return { getByName: stubOf } as unknown as DurableObjectNamespace;
}

function faultyQueue(queue: Queue<unknown>, call: Caller): Queue<unknown> {
  return {
    send: (message: unknown) => call("send", () => queue.send(message)),
    sendBatch: (messages: Iterable<MessageSendRequest>) => call("send", () => queue.sendBatch(messages)),
    metrics: () => queue.metrics(),
  } as Queue<unknown>;
}

/** The batch that decides, the question how it ended, and the note that the calendar obeyed. */
export const arrows = {
  hold: /^hold$/,
  intend: /^intend$/,
  apply: /^apply$/,
  decide: /insert into "decisions".*; insert into "outbox"/,
  resolve: /^insert into "decisions".*on conflict do nothing/,
  mark: /^update "decisions" set "applied_at"/,
  claim: /^update "outbox" set "claimed_until"/,
} as const;
