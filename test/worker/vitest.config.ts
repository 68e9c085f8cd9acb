import { generateKeyPairSync } from "node:crypto";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const root = new URL("../..", import.meta.url).pathname;
const signingKey = {
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
};

/** Two Workers are tested: the API (`worker`), and a small one that has every binding, for the telemetry kit (`kit`). */
export default defineConfig({
  test: {
    // The Worker logs every request to the console; only a failing test shows them.
    silent: "passed-only",
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: `${root}wrangler.toml` },
            miniflare: {
              bindings: {
                JWT_KEYS: JSON.stringify({
                  keys: [{ ...signingKey, kid: "test-1", alg: "ES256", use: "sig" }],
                }),
                HEALTH_TOKEN: "test-health-token",
                TRACE_TOKEN: "test-trace-token",
                TEST_MIGRATIONS: await readD1Migrations(`${root}migrations`),
              },
            },
          })),
        ],
        test: {
          name: "worker",
          root,
          include: ["test/worker/**/*.test.ts"],
          exclude: ["test/worker/telemetry/kit/**"],
          setupFiles: ["test/worker/apply-migrations.ts"],
          // One workerd for all files takes 14 s instead of 100: every test makes a tenant of its own.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: `${root}test/worker/telemetry/kit/fixture/wrangler.toml` },
            miniflare: { bindings: { COLLECTOR: inject<string>("collector") } },
          })),
        ],
        test: {
          name: "kit",
          root,
          include: ["test/worker/telemetry/kit/**/*.test.ts"],
          globalSetup: ["test/worker/telemetry/kit/fixture/collector.ts"],
          testTimeout: 30_000,
        },
      },
    ],
  },
});
