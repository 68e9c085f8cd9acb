import { AsyncLocalStorage } from "node:async_hooks";

/** One entry into the Worker. A test calls bindings too; only calls and spans inside an entry are the Worker's. */
type Scope = {
  /** The Durable Object that was entered. */
  object: object | undefined;
  /** Inside a counted call: what the platform does there to itself (D1 is built on fetch) is no call of ours. */
  readonly counted: boolean;
};

const storage = new AsyncLocalStorage<Scope>();

export const enterScope = <T>(object: object | undefined, work: () => T): T =>
  storage.run({ object, counted: false }, work);

/** The same for the making of an object: what it calls after a pause, it calls itself. */
export function enterMaking<T extends object>(make: () => T): T {
  const scope: Scope = { object: undefined, counted: false };
  scope.object = storage.run(scope, make);
  return scope.object as T;
}

export const inScope = (): boolean => storage.getStore() !== undefined;

export const objectEntered = (): object | undefined => storage.getStore()?.object;

/** Runs a call of the platform; `book` is called first when the call is the Worker's own. */
export function counted<T>(book: () => void, call: () => T): T {
  const scope = storage.getStore();
  if (scope === undefined || scope.counted) return call();
  book();
  return storage.run({ ...scope, counted: true }, call);
}
