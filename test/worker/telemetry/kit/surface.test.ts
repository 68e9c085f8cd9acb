import { runInDurableObject } from "cloudflare:test";
import { env as workerEnv } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { bindingOf, type Surface, surface } from "./fixture/surface.ts";
import type { Env } from "./fixture/worker.ts";

const rawEnv = workerEnv as unknown as Env;

/** Names on the prototype that is the platform's own for this object. */
const offered = (platform: object): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(platform)).filter((name) => name !== "constructor");

describe("the kit has decided about every method that the platform offers on", () => {
  const found: Partial<Record<keyof typeof surface, string[]>> = {};
  beforeAll(async () => {
    for (const [name, binding] of Object.entries(bindingOf))
      found[name as keyof typeof bindingOf] = offered(rawEnv[binding]);
    found.D1DatabaseSession = offered(rawEnv.DB.withSession());
    found.D1PreparedStatement = offered(rawEnv.DB.prepare("SELECT 1"));
    found.R2MultipartUpload = offered(await rawEnv.BUCKET.createMultipartUpload("x"));
    found.CacheStorage = offered(caches);
    found.Cache = offered(caches.default);
    await runInDurableObject(rawEnv.COUNTER.getByName("surface"), async (_object, { storage }) => {
      found.DurableObjectStorage = offered(storage);
      found.SqlStorage = offered(storage.sql);
      found.SyncKvStorage = offered(storage.kv);
      await storage.transaction(async (held) => {
        found.DurableObjectTransaction = offered(held);
      });
    });
  });
  for (const [name, { spanned, passed }] of Object.entries<Surface>(surface))
    it(name, () => {
      const known = [...spanned, ...Object.keys(passed)].toSorted();
      expect(found[name as keyof typeof surface]?.toSorted()).toEqual(known);
    });
});
