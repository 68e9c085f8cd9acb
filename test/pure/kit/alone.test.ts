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

const readme = readFileSync(join(root, "telemetry/kit/README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, of, text]) =>
    of === language ? [text ?? ""] : [],
  );
const [settings = "", ...otherSettings] = blocks("json");
const [example = "", ...otherExamples] = blocks("ts");
/** The lines for package.json and tsconfig.json. */
const [packageJson, tsconfig] = settings.trim().split("\n");

/** What the README leaves to its reader: a Worker with a page, a queue, an object and a service, and nothing of ours. */
const theirs = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
class BareRoomCalendar extends DurableObject<Env> { hold() { return "held"; } }
class BareBilling extends WorkerEntrypoint<Env> { bill() { return "billed"; } }
async function handle(_request: Request, env: Env) {
  await env.JOBS.send({ n: 1 });
  const held: string = await env.ROOM_CALENDAR.getByName("one").hold();
  return new Response([held, await env.BILLING.bill()].join());
}
const consume = async (_env: Env, message: Message<unknown>) => message.ack();
`;
const wrangler = {
  ...{ name: "theirs", main: "src/worker.ts", keep_names: false },
  ...{ compatibility_date: compatibility.date, compatibility_flags: ["nodejs_compat"] },
  vars: { ENVIRONMENT: "local", RELEASE: "r1", OTLP_ENDPOINT: "" },
  durable_objects: { bindings: [{ name: "ROOM_CALENDAR", class_name: "RoomCalendar" }] },
  migrations: [{ tag: "v1", new_sqlite_classes: ["RoomCalendar"] }],
  queues: { producers: [{ binding: "JOBS", queue: "jobs" }], consumers: [{ queue: "jobs" }] },
  services: [{ binding: "BILLING", service: "theirs", entrypoint: "Billing" }],
};

beforeAll(() => {
  mkdirSync(join(folder, "src"));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("src/worker.ts", `${theirs}${example}`);
  write("package.json", packageJson ?? "");
  write("tsconfig.json", tsconfig ?? "");
  write("wrangler.json", JSON.stringify(wrangler));
  cpSync(join(root, "telemetry/kit"), join(folder, "telemetry/kit"), { recursive: true });
  for (const table of readdirSync(join(root, "telemetry")).filter((name) => name.endsWith(".ts")))
    cpSync(join(root, "telemetry", table), join(folder, "telemetry", table));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});

const tool = (path: string, ...args: string[]) =>
  run(process.execPath, [join(root, "node_modules", path), ...args], {
    cwd: folder,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
  }).catch((error: { stdout: string; stderr: string }) => error);
const wranglerTool = (...args: string[]) => tool("wrangler/bin/wrangler.js", ...args);

it("the README has one example and one set of settings, and names the packages that are tested, and every field", () => {
  expect([otherSettings, otherExamples]).toEqual([[], []]);
  for (const said of ['compatibility_flags = ["nodejs_compat"]', "keep_names = false"])
    expect(readme).toContain(said);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const named = [...readme.matchAll(/((?:@[\w-]+\/)?[\w-]+)@(\d[\w.-]*)/g)].map(([, name, version]) => [
    name,
    version,
  ]);
  expect(named).toHaveLength(5);
  for (const [name = "", version] of named)
    expect([name, { ...dependencies, ...devDependencies }[name]]).toEqual([name, version]);
  const config = readFileSync(join(root, "telemetry/kit/config.ts"), "utf8");
  const fields = [...config.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => field);
  expect(fields.length).toBeGreaterThan(8);
  expect(fields.filter((field) => !readme.includes(`\`${field}\``))).toEqual([]);
});

it("what follows the README compiles, with nothing of Frontdesk but the kit and its tables, and its stubs have types", async () => {
  expect(await wranglerTool("types")).toMatchObject({
    stdout: expect.stringContaining("worker-configuration.d.ts"),
  });
  expect(readFileSync(join(folder, "worker-configuration.d.ts"), "utf8")).toMatch(
    /import\("\.\/src\/worker"\)\.RoomCalendar/,
  );
  const stricter =
    "noUnusedLocals exactOptionalPropertyTypes noUncheckedIndexedAccess verbatimModuleSyntax isolatedModules";
  const { stdout } = await tool(
    "typescript/bin/tsc",
    "-p",
    ".",
    ...stricter.split(" ").map((flag) => `--${flag}`),
  );
  expect(stdout).toBe("");
}, 120_000);

type Span = {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly spanId: string }[];
};
type Sent = { readonly spans: Span[]; readonly others: string[] };

/** A receiver of OTLP that keeps what it is sent. */
async function receive(sent: Sent): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
    if (request.url !== "/v1/traces") sent.others.push(text);
    else
      for (const { scopeSpans } of JSON.parse(text).resourceSpans ?? [])
        sent.spans.push(...scopeSpans[0].spans);
    response.end("{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Bundles their Worker, asks it once, lets its cron tick, and gives what left. */
async function sentBy(...flags: string[]): Promise<Sent> {
  const { stderr } = await wranglerTool("deploy", "--dry-run", "--outdir", "out", ...flags);
  expect(stderr).not.toContain("ERROR");
  const sent: Sent = { spans: [], others: [] };
  const receiver = await receive(sent);
  const contents = readFileSync(join(folder, "out/worker.js"), "utf8");
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      name: "theirs",
      modules: [{ type: "ESModule", path: "worker.js", contents }],
      compatibilityDate: wrangler.compatibility_date,
      compatibilityFlags: wrangler.compatibility_flags,
      bindings: { ...wrangler.vars, OTLP_ENDPOINT: receiver.url },
      durableObjects: { ROOM_CALENDAR: "RoomCalendar" },
      serviceBindings: { BILLING: { name: "theirs", entrypoint: "Billing" } },
      queueProducers: { JOBS: "jobs" },
      queueConsumers: { jobs: { maxBatchTimeout: 0 } },
      handleStructuredLogs: () => {},
    }),
  );
  try {
    const response = await worker.dispatchFetch("http://theirs.example/rooms/7");
    expect(await response.text()).toBe("held,billed");
    await (await worker.getWorker()).scheduled({ cron: "* * * * *" });
    const has = (name: string) => sent.spans.some((span) => span.name === name);
    const isAll = () => ["GET /rooms/{room_id}", "process jobs", "scheduled * * * * *"].every(has);
    const isEverything = () =>
      isAll() &&
      ["frontdesk.invocations", "calendar.repaired"].every((name) => sent.others.join().includes(name));
    for (const until = Date.now() + 15_000; !isEverything() && Date.now() < until; )
      await new Promise((wait) => setTimeout(wait, 50));
  } finally {
    await worker.dispose();
    receiver.close();
  }
  return sent;
}

const kinds = ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const builds = { "as wrangler bundles it": [], "minified, its classes without their names": ["--minify"] };
for (const [how, flags] of Object.entries(builds))
  it(`and it serves, ${how}: one trace with every hop, each under the name that its caller has`, async () => {
    const { spans, others } = await sentBy(...flags);
    expect(spans.map(({ kind, name }) => `${kinds[kind]} ${name}`).toSorted()).toEqual([
      "CLIENT Billing/bill",
      "CLIENT RoomCalendar/hold",
      "CONSUMER process jobs",
      "INTERNAL booking.create",
      "PRODUCER send jobs",
      "SERVER Billing/bill",
      "SERVER GET /rooms/{room_id}",
      "SERVER RoomCalendar/hold",
      "SERVER scheduled * * * * *",
    ]);
    for (const call of spans.filter(({ kind }) => kind === 3))
      expect(spans).toContainEqual(
        expect.objectContaining({ kind: 2, name: call.name, parentSpanId: call.spanId }),
      );
    const send = spans.find(({ kind }) => kind === 4);
    expect(spans.find(({ kind }) => kind === 5)?.links).toMatchObject([{ spanId: send?.spanId }]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
    for (const said of ['"frontdesk.invocations"', '"calendar.repaired"', '"stringValue":"yours"'])
      expect(others.join()).toContain(said);
  }, 120_000);
