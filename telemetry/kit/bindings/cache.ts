import { activeContext } from "../context.ts";
import { tracedCall } from "./client-call.ts";
import { patchMethods } from "./patch.ts";

const names = new WeakMap<object, string>();

/** The Cache API: one CLIENT span per match, put and delete of `caches.default` and of opened caches; URLs are not recorded. */
export function patchCaches(): void {
  patchMethods(
    CacheStorage.prototype,
    ["open"],
    (open) =>
      async function (name) {
        const cache = (await open.call(this, name)) as Cache;
        names.set(cache, String(name));
        return cache;
      },
  );
  patchMethods(
    Cache.prototype,
    ["match", "put", "delete"],
    (method, operation) =>
      function (...args) {
        const call = () => method.apply(this, args) as Promise<unknown>;
        if (activeContext().invocation === undefined) return call();
        const cache = names.get(this) ?? "default";
        const attributes = {
          "db.operation.name": operation,
          "cloudflare.binding.type": "cache",
          "cloudflare.binding.name": cache,
        };
        return tracedCall(`${operation} cache:${cache}`, attributes, call, (found, span) => {
          if (operation === "match") span.attributes["cloudflare.cache.hit"] = found !== undefined;
        });
      },
  );
}
