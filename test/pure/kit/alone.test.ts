import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compatibility } from "../../../scripts/bench/build.ts";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "frontdesk-kit-"));
const run = promisify(execFile);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the README's example leaves to its reader. */
const theirs = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
type Env = {
  ENVIRONMENT: "local"; RELEASE: string; OTLP_ENDPOINT: string;
  ROOM_CALENDAR: DurableObjectNamespace<BareRoomCalendar>; JOBS: Queue; BILLING: Service<BareBilling>;
};
class BareRoomCalendar extends DurableObject<Env> { hold() { return "held"; } }
class BareBilling extends WorkerEntrypoint<Env> { bill() { return "billed"; } }
async function handle(_request: Request, env: Env) {
  await env.JOBS.send({ n: 1 });
  return new Response([await env.ROOM_CALENDAR.getByName("one").hold(), await env.BILLING.bill()].join());
}
const consume = async (_env: Env, message: Message<unknown>) => message.ack();
`;

beforeAll(() => {
  const example = /```ts\n([\s\S]*?)```/.exec(
    readFileSync(join(root, "telemetry/kit/README.md"), "utf8"),
  )?.[1];
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/worker.ts"), `${theirs}${example}`);
  cpSync(join(root, "telemetry/kit"), join(folder, "telemetry/kit"), { recursive: true });
  for (const table of readdirSync(join(root, "telemetry")).filter((name) => name.endsWith(".ts")))
    cpSync(join(root, "telemetry", table), join(folder, "telemetry", table));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const { imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.base.json"), "utf8"));
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  write("package.json", { name: "theirs", type: "module", imports });
  write("tsconfig.json", {
    compilerOptions: {
      ...compilerOptions,
      noUnusedLocals: true,
      types: ["@cloudflare/workers-types", "node"],
    },
    include: ["src", "telemetry/kit/index.ts"],
  });
  write("wrangler.json", {
    ...{ name: "theirs", main: "src/worker.ts" },
    ...{ compatibility_date: compatibility.date, compatibility_flags: compatibility.flags },
  });
});

const tool = (path: string, ...args: string[]) =>
  run(process.execPath, [join(root, "node_modules", path), ...args], {
    cwd: folder,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
  }).catch((error: { stdout: string; stderr: string }) => error);

it("the README's example compiles where nothing of Frontdesk is but the kit and its tables", async () => {
  expect((await tool("typescript/bin/tsc", "-p", ".")).stdout).toBe("");
}, 120_000);

type Span = { name: string; kind: number; traceId: string; spanId: string; links?: { spanId: string }[] };

it("and works as it stands there: bundled, it serves, and one trace leaves with every hop", async () => {
  const { stderr } = await tool("wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", "out");
  expect(stderr).not.toContain("ERROR");
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    for (const { scopeSpans } of JSON.parse(text.toString()).resourceSpans ?? [])
      spans.push(...scopeSpans[0].spans);
    response.end("{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const contents = readFileSync(join(folder, "out/worker.js"), "utf8");
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      name: "theirs",
      modules: [{ type: "ESModule", path: "worker.js", contents }],
      compatibilityDate: compatibility.date,
      compatibilityFlags: [...compatibility.flags],
      bindings: { ENVIRONMENT: "local", RELEASE: "r1", OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
      durableObjects: { ROOM_CALENDAR: "RoomCalendar" },
      serviceBindings: { BILLING: { name: "theirs", entrypoint: "Billing" } },
      queueProducers: { JOBS: "jobs" },
      queueConsumers: { jobs: { maxBatchTimeout: 0 } },
    }),
  );
  try {
    const response = await worker.dispatchFetch("http://theirs.example/");
    expect(await response.text()).toBe("held,billed");
    const isAll = () => ["GET", "process jobs"].every((name) => spans.some((span) => span.name === name));
    for (const until = Date.now() + 15_000; !isAll() && Date.now() < until; )
      await new Promise((wait) => setTimeout(wait, 50));
  } finally {
    await worker.dispose();
    server.close();
  }
  const kinds = ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
  expect(spans.map(({ kind, name }) => `${kinds[kind]} ${name}`).toSorted()).toEqual([
    "CLIENT BILLING/bill",
    "CLIENT RoomCalendar/hold",
    "CONSUMER process jobs",
    "INTERNAL booking.create",
    "PRODUCER send JOBS",
    "SERVER BareBilling/bill",
    "SERVER BareRoomCalendar/hold",
    "SERVER GET",
  ]);
  const send = spans.find(({ kind }) => kind === 4);
  expect(spans.find(({ kind }) => kind === 5)?.links).toMatchObject([{ spanId: send?.spanId }]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
}, 120_000);
