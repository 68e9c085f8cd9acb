import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dataFolder } from "../../../scripts/stack/data-folder.ts";
import { localTailConfig } from "../../../scripts/stack/tail-config.ts";
import { defaultWranglerConfig, errorLines, workerSpec } from "../../../scripts/stack/worker-dev.ts";

const mark = { FRONTDESK_RUN: "/data" };
const spec = workerSpec({ folder: dataFolder("/data"), config: defaultWranglerConfig, port: 1234, mark });

it("The Worker listens on this machine only, and keeps its data and its inspector to itself", () => {
  const line = spec.args.join(" ");
  expect(line).toContain(
    "--ip 127.0.0.1 --port 1234 --inspector-port 0 --persist-to /data/state --env-file /data/worker.env",
  );
  expect(line).toContain(" --local ");
  expect(spec.env).toMatchObject({ WRANGLER_REGISTRY_PATH: "/data/registry", ...mark });
});

it("wrangler asks nobody: no metrics, no newer version, no sample of request.cf", () => {
  expect(spec.env).toMatchObject({
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  });
});

it("Errors are shown with the places below them, everything else is not", () => {
  const output = `⎔ Reloading local server...
✘ [ERROR] Build failed with 1 error:

  ✘ [ERROR] Unexpected ";"

      src/worker.ts:1:47:
        1 │ return new Response(;
[wrangler:info] GET /v1/health 200 OK (7ms)
   an indented line of somebody else
{"severity":"info"}
✘ [ERROR] Uncaught Error: oh
    at fetch (src/app.ts:1:1)`;
  const shown = errorLines();
  expect(output.split("\n").flatMap((line) => shown(line) ?? [])).toEqual([
    "✘ [ERROR] Build failed with 1 error:",
    '  ✘ [ERROR] Unexpected ";"',
    "      src/worker.ts:1:47:",
    "        1 │ return new Response(;",
    "✘ [ERROR] Uncaught Error: oh",
    "    at fetch (src/app.ts:1:1)",
  ]);
});

it("A log record of an error is shown in short, with its trace", () => {
  const record = {
    ...{ timestamp: "2026-11-21T08:00:00.000Z", severity: "error", service: "frontdesk", tenant: null },
    ...{ trace_id: "a".repeat(32), event: "http.server.request.exception", code: "internal" },
    ...{ message: "http.server.request.exception", "exception.message": "no such table" },
    "exception.stacktrace": "Error: no such table\n    at x".repeat(50),
  };
  expect(errorLines()(`✘ [ERROR] ${JSON.stringify(record)}`)).toBe(
    `✘ [ERROR] http.server.request.exception  internal  no such table  trace ${"a".repeat(32)}`,
  );
  const early = { event: "configuration", code: null, message: "No endpoint", trace_id: null };
  expect(errorLines()(`✘ [ERROR] ${JSON.stringify(early)}`)).toBe("✘ [ERROR] configuration  No endpoint");
  expect(errorLines()("✘ [ERROR] {oh}")).toBe("✘ [ERROR] {oh}");
});

it("The Tail Worker runs beside the Worker, and sends its counts where the Worker's telemetry goes", () => {
  const config = defaultWranglerConfig;
  const beside = workerSpec({
    ...{ folder: dataFolder("/data"), config, port: 1234, mark },
    tailConfig: "/data/tail/wrangler.toml",
  });
  expect(beside.args.join(" ")).toContain(`dev --config ${config} --config /data/tail/wrangler.toml --local`);
  const original = readFileSync(join(import.meta.dirname, "../../../telemetry/tail/wrangler.toml"), "utf8");
  const local = localTailConfig(original, "/room", "http://127.0.0.1:4318");
  expect(local).toContain('\nmain = "/room/worker.ts"\n');
  expect(local).toContain('\nOTLP_ENDPOINT = "http://127.0.0.1:4318"\n');
  expect(() => localTailConfig("", "/room", "http://127.0.0.1:4318")).toThrow(/has no line/);
});

it("Each environment of the Worker names the Tail Worker of the same environment", () => {
  const names = (path: string, key: RegExp) =>
    [...readFileSync(path, "utf8").matchAll(key)].map(([, name]) => name ?? "");
  const tail = join(import.meta.dirname, "../../../telemetry/tail/wrangler.toml");
  const consumers = names(defaultWranglerConfig, /tail_consumers\]\]\nservice = "(.+)"/g);
  expect(consumers).toHaveLength(3);
  expect(consumers).toEqual(names(tail, /^name = "(.+)"/gm));
});
