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

/** Values that are sent may refer to each other in circles; a stub is not buried deep. */
const depthMax = 4;

/**
 * The platform's own objects instead of instrumented ones, also inside lists and plain objects: what is sent through an RPC
 * must be the platform's. What has none in it is returned as it is; what has is copied down to there.
 */
export function rawIn<T>(value: T, depth = 0): T {
  if (typeof value !== "object" || value === null) return value;
  const raw = raws.get(value);
  if (raw !== undefined) return raw as T;
  if (depth === depthMax) return value;
  if (Array.isArray(value)) return rawInList(value, depth) as T;
  return Object.getPrototypeOf(value) === Object.prototype ? rawInFields(value, depth) : value;
}

function rawInList(list: unknown[], depth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const own = rawIn(list[at], depth + 1);
    if (Object.is(own, list[at])) continue;
    copy ??= [...list];
    copy[at] = own;
  }
  return copy ?? list;
}

function rawInFields<T extends object>(fields: T, depth: number): T {
  let copy: T | undefined;
  for (const name in fields) {
    const inner = fields[name];
    const own = rawIn(inner, depth + 1);
    if (Object.is(own, inner)) continue;
    copy ??= { ...fields };
    copy[name] = own;
  }
  return copy ?? fields;
}

/** Lets `rawIn` find the platform's object behind a wrapper that was made otherwise. */
export const remember = (wrapper: object, raw: object): void => {
  raws.set(wrapper, raw);
};
