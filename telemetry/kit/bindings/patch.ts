export type Method = (this: object, ...args: unknown[]) => unknown;

const patched = new WeakSet<object>();

/**
 * Puts `around` over methods of a platform prototype, once and in place, for objects that no binding leads to:
 * the objects themselves, their `this`, getters and `instanceof` stay what they are.
 */
export function patchMethods<N extends string>(
  prototype: object,
  names: readonly N[],
  around: (method: Method, name: N) => Method,
): void {
  if (patched.has(prototype)) return;
  patched.add(prototype);
  for (const name of names) {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== "function") continue;
    const value = Object.defineProperty(around(method as Method, name), "name", { value: name });
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
