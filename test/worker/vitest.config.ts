import { generateKeyPairSync } from "node:crypto";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

declare module "vitest" {
  export interface ProvidedContext {
    /** The shell that a file of the contract runs on. */
    shell: string;
  }
}

const root = new URL("../..", import.meta.url).pathname;
const signingKey = {
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
};

/** The Worker of wrangler.toml with secrets of its own and a database that has its tables. */
const theWorker = () =>
  cloudflareTest(async () => ({
    main: `${root}test/worker/unseen/main.ts`,
    wrangler: { configPath: `${root}wrangler.toml` },
    miniflare: {
      bindings: {
        JWT_KEYS: JSON.stringify({ keys: [{ ...signingKey, kid: "test-1", alg: "ES256", use: "sig" }] }),
        HEALTH_TOKEN: "test-health-token",
        TRACE_TOKEN: "test-trace-token",
        TEST_MIGRATIONS: await readD1Migrations(`${root}migrations`),
      },
    },
  }));

/** Rooms whose tests each make a tenant of their own and look at nothing else, so that one workerd serves all files. */
const sharing = "test/worker/{auth,docs,health,middleware,platform,rooms,tenants}/**/*.test.ts";
const kit = "test/worker/telemetry/kit/**/*.test.ts";
const contract = "test/worker/telemetry/contract/**/*.test.ts";
/** The kit's tests of entries, contexts and spans run on both shells; all else runs on the one that package.json names. */
const shells = [
  { shell: "direct", name: "kit", include: [kit] },
  {
    shell: "otel-cf-workers",
    name: "kit on otel-cf-workers",
    include: [
      "test/worker/telemetry/kit/{asked,bindings,durable-object,entry,http,queue,spans,surface}*.test.ts",
    ],
  },
];
const shellOf = (shell: string) => ({
  alias: { "#telemetry-shell": `${root}telemetry/kit/shells/${shell}.ts` },
});
/** Counters below the kit; every test of the API ends with a comparison of calls and spans. */
const counters = "test/worker/unseen/set-up.ts";
/** The kit's own tests put failures between it and the platform, so only `unseen.test.ts` compares. */
const countersOnly = "test/worker/unseen/counting.ts";
const liveCheck = "test/worker/live-check.ts";
const liveCheckServer = "test/support/live-check/set-up.ts";
const setup = {
  root,
  setupFiles: [counters, liveCheck, "test/worker/apply-migrations.ts"],
  globalSetup: [liveCheckServer],
  testTimeout: 30_000,
};

/**
 * Two Workers are tested: the API, and a small one that has every binding, for the telemetry kit.
 * Everything that either emits is held against the registry, in every file: `live-check.ts`.
 * Files of `api` share one workerd (14 s instead of 100); each file of `worker` has its own, with empty storage.
 */
export default defineConfig({
  test: {
    // The Worker logs every request to the console; only a failing test shows them.
    silent: "passed-only",
    projects: [
      { plugins: [theWorker()], test: { name: "api", ...setup, include: [sharing], isolate: false } },
      {
        plugins: [theWorker()],
        test: {
          name: "worker",
          ...setup,
          include: ["test/worker/**/*.test.ts"],
          exclude: [sharing, kit, contract],
        },
      },
      ...shells.map(({ shell, name, include }) => ({
        plugins: [
          cloudflareTest(({ inject }) => ({
            main: `${root}test/worker/unseen/kit-main.ts`,
            wrangler: { configPath: `${root}test/worker/telemetry/kit/fixture/wrangler.toml` },
            miniflare: { bindings: { COLLECTOR: inject<string>("collector") } },
          })),
        ],
        resolve: shellOf(shell),
        test: {
          name,
          root,
          include,
          setupFiles: [countersOnly, liveCheck],
          globalSetup: [liveCheckServer, "test/worker/telemetry/kit/fixture/collector.ts"],
          testTimeout: 30_000,
        },
      })),
      ...shells.map(({ shell }) => ({
        plugins: [
          cloudflareTest({
            wrangler: { configPath: `${root}test/worker/telemetry/contract/fixture/wrangler.toml` },
          }),
        ],
        resolve: shellOf(shell),
        test: {
          name: `contract of ${shell}`,
          root,
          include: [contract],
          setupFiles: [liveCheck],
          globalSetup: [liveCheckServer],
          provide: { shell },
          isolate: false,
          testTimeout: 30_000,
        },
      })),
    ],
  },
});
