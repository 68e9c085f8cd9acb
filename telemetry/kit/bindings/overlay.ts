const raws = new WeakMap<object, object>();

/**
 * Puts methods over a platform object and leaves the rest as it is: other methods run on the object itself,
 * because platform objects refuse any other `this`; new methods of the platform work without a change here.
 */
export function overlay<T extends object>(raw: T, methods: Partial<Record<keyof T, unknown>>): T {
  const bound = new Map<string | symbol, unknown>();
  const proxy = new Proxy(raw, {
    get(target, name) {
      if (Object.hasOwn(methods, name)) return methods[name as keyof T];
      if (bound.has(name)) return bound.get(name);
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "constructor") return value;
      const method = value.bind(target);
      bound.set(name, method);
      return method;
    },
  });
  raws.set(proxy, raw);
  return proxy;
}

/** The platform's own object behind an instrumented one, for calls that need it. */
export const rawOf = <T>(value: T): T =>
  typeof value === "object" && value !== null ? ((raws.get(value) as T | undefined) ?? value) : value;

/** Lets `rawOf` find the platform's object behind a wrapper that was made otherwise. */
export const remember = (wrapper: object, raw: object): void => {
  raws.set(wrapper, raw);
};
