import { methodsTraced } from "./methods.ts";

/** KV: one CLIENT span per operation; keys may name people and are not recorded. */
export const instrumentKv = (raw: KVNamespace, binding: string): KVNamespace =>
  methodsTraced(raw, ["get", "getWithMetadata", "put", "delete", "list"], (operation) => ({
    name: `${operation} ${binding}`,
    attributes: {
      "db.system.name": "cloudflare-kv",
      "db.operation.name": operation,
      "cloudflare.binding.type": "kv",
      "cloudflare.binding.name": binding,
    },
  }));
