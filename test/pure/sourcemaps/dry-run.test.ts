import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { SourceMap, type SourceMapPayload } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = new URL("../../..", import.meta.url).pathname;
const outdir = mkdtempSync(join(tmpdir(), "frontdesk-sourcemaps-"));
const run = promisify(execFile);
let said = "";
let code = "";
let map: SourceMapPayload & { debug_id: string; debugId: string };

beforeAll(async () => {
  const script = join(root, "scripts/sourcemaps.ts");
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
  const args = [script, "--dry-run", "--release", "abc123", "--out", outdir];
  said = (await run(process.execPath, args, { cwd: root, env })).stdout;
  code = readFileSync(join(outdir, "worker.js"), "utf8");
  map = JSON.parse(readFileSync(join(outdir, "worker.js.map"), "utf8"));
}, 120_000);
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

it("a dry run needs no account, uploads nothing, and bundle and map have one debug id", () => {
  expect(said).toContain("nothing uploaded");
  expect(said).toContain("RELEASE:abc123");
  expect(map.debug_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(map.debugId).toBe(map.debug_id);
  expect(code.split("\n")[0]).toContain(map.debug_id);
  expect(code.trimEnd().split("\n").slice(-2)).toEqual([
    `//# debugId=${map.debug_id}`,
    "//# sourceMappingURL=worker.js.map",
  ]);
});

it("the map names files from the top of the repository, and no folder of this machine", () => {
  expect(map.sources).toContain("src/worker.ts");
  expect(map.sources.filter((source) => source.startsWith("/") || source.startsWith(".."))).toEqual([]);
});

type Frame = { filename: string; function?: string; lineno: number; colno: number };
type Event = {
  release: string;
  exception: { values: { type: string; stacktrace: { frames: Frame[] } }[] };
  debug_meta: { images: unknown[] };
};

it("the injected bundle runs in workerd, and Sentry gets what leads from a fault to its line in the source", async () => {
  const told: Event[] = [];
  const server = createServer(async (request, response) => {
    const [, , event] = Buffer.concat(await request.toArray())
      .toString()
      .split("\n");
    told.push(JSON.parse(event ?? ""));
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as { port: number }).port;
  // No bindings at all: the Worker says so and reports it.
  const bindings = {
    ENVIRONMENT: "staging",
    RELEASE: "abc123",
    SENTRY_DSN: `http://key@127.0.0.1:${port}/7`,
  };
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: "ESModule", path: "worker.js", contents: code }],
      compatibilityDate: "2026-10-23",
      compatibilityFlags: ["nodejs_compat"],
      bindings,
      handleStructuredLogs: () => {},
    }),
  );
  try {
    const response = await worker.dispatchFetch("http://frontdesk.example/v1/rooms");
    expect(response.status).toBe(500);
    for (const until = Date.now() + 10_000; told.length === 0 && Date.now() < until; )
      await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    await worker.dispose();
    server.close();
  }
  const [event] = told;
  const thrown = event?.exception.values[0];
  expect(event?.release).toBe("abc123");
  expect(thrown?.type).toBe("ConfigurationError");
  const frame = thrown?.stacktrace.frames.at(-1) as Frame;
  expect(event?.debug_meta.images).toEqual([
    { type: "sourcemap", code_file: expect.stringMatching(/worker\.js$/), debug_id: map.debug_id },
  ]);
  const origin = new SourceMap(map).findEntry(frame.lineno - 1, frame.colno - 1);
  if (!("originalSource" in origin)) throw new Error("the frame has no place in the source");
  expect(origin.originalSource).toBe("src/platform/env.ts");
  const source = readFileSync(join(root, "src/platform/env.ts"), "utf8").split("\n");
  expect(source[origin.originalLine]).toContain("throw new ConfigurationError");
}, 60_000);
