import { SpanKind, trace } from "@opentelemetry/api";
import { drizzle } from "drizzle-orm/d1";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { resetGate, sentryFaults } from "../../../../telemetry/kit/faults/sentry.ts";
import { bindContext, capture, log, span } from "../../../../telemetry/kit/index.ts";
import { type Canary, canaries, fillings, leaksIn } from "../../../support/canary/canary.ts";
import { invented, plantsAnything } from "../../support/plants.ts";
import { collectorAnswers, collectorUrl, eventually, inRequest, received } from "./fixture/run.ts";
import { type Env, stage } from "./fixture/worker.ts";

plantsAnything();

const kit = { "frontdesk.module": "kit" };
let printed: string[];
let processed = 0;

beforeAll(() => import("../../../../telemetry/kit/faults/sentry-client.ts"), 60_000);
beforeEach(async () => {
  await collectorAnswers();
  resetGate();
  printed = [];
  processed = 0;
  stage.config = { faults: sentryFaults(collectorUrl().replace("http://", "http://key@").concat("/42")) };
  stage.onMessage = ({ body }) => {
    processed++;
    throw new Error(`message: ${JSON.stringify(body)}`);
  };
  for (const method of ["log", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => printed.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  stage.config = {};
  stage.onMessage = () => {};
});

const quietly = async (work: () => unknown) => {
  try {
    await work();
  } catch {
    // What is thrown at the caller is not telemetry.
  }
};

/** Bindings, with what must not be read. */
async function throughBindings({ DB, STORE, BUCKET, JOBS, COUNTER }: Env, { opaque, shapes }: Canary) {
  await DB.prepare("SELECT ? AS x").bind(opaque).first();
  await quietly(() => DB.prepare(`SELECT '${opaque}' AS x`).first());
  await quietly(() => DB.prepare(`SELECT '${opaque}`).first());
  await quietly(() => DB.exec(`SELECT 1 WHERE x = '${opaque}''${opaque}'`));
  await STORE.put(opaque, opaque, { metadata: { opaque } });
  await BUCKET.put(opaque, opaque, { customMetadata: { [opaque]: opaque } });
  await BUCKET.get(opaque);
  await JOBS.send({ [opaque]: shapes[0], list: shapes });
  await quietly(() => fetch(`http://${opaque}:${opaque}@127.0.0.1:1/?key=${opaque}#${opaque}`));
  await quietly(() => fetch(`${collectorUrl()}/missing?key=${opaque}`, { headers: { cookie: opaque } }));
  const stub = COUNTER.getByName(opaque) as unknown as { fails(text: string): Promise<void> };
  await quietly(() => stub.fails(opaque));
  const failing = drizzle(DB).run(`select '${opaque}' from nowhere` as never);
  await quietly(() => Promise.resolve(failing).catch((error: unknown) => capture(error, kit)));
}

/** Everything that can be thrown, with text of every shape. */
function throughErrors(text: string) {
  const outer = new Error(`outer ${text}`, { cause: new TypeError(`inner ${text}`, { cause: text }) });
  const named = Object.assign(new Error(text), { name: text, code: text });
  const many = new AggregateError([new Error(text), text], text);
  const odd = class extends Error {};
  Object.defineProperty(odd, "name", { value: text });
  for (const thrown of [outer, named, many, new odd(text), text, { text }, [text], Symbol(text)])
    capture(thrown, kit);
  try {
    JSON.parse(`{"a": ${text}`);
  } catch (error) {
    capture(error, kit);
  }
}

/** Names and attributes of spans and records that somebody else makes. */
function throughSpans(text: string) {
  const tracer = trace.getTracer(text, text);
  const started = tracer.startSpan(text, {
    kind: SpanKind.CLIENT,
    attributes: { [text]: text, "http.route": text },
  });
  for (const name of ["server.address", "url.full", "rpc.method", "db.query.summary", "exception.type"])
    started.setAttribute(name, text);
  started.addEvent(text, { [text]: text, "exception.message": text });
  started.setStatus({ code: 2, message: text });
  started.recordException(new Error(text));
  started.updateName(text);
  started.end();
  bindContext({ "frontdesk.correlation.id": text, "frontdesk.tenant.id": text });
  log("warn", text as never, { "frontdesk.module": text, "frontdesk.outcome": text }, text);
}

function request({ opaque, shapes }: Canary, text: string): [string, RequestInit] {
  const path = encodeURIComponent(text).slice(0, 4000);
  const headers = {
    authorization: `Basic ${opaque}`,
    cookie: `s=${opaque}`,
    "user-agent": opaque,
    referer: `https://x.example/${opaque}`,
    "cf-ray": opaque,
    [`x-${opaque}`]: opaque,
    baggage: `user=${opaque}`,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    tracestate: `v=${shapes[0]},w=${shapes[1]}`,
    "x-request-id": shapes[0] as string,
    "x-correlation-id": shapes[1] as string,
    "content-type": "application/x-www-form-urlencoded",
  };
  const body = `${opaque}=${opaque}&${encodeURIComponent(shapes[0] as string)}=1`;
  return [`https://kit.test/u/${path}?${opaque}=${opaque}`, { method: "POST", headers, body }];
}

it("no canary leaves, whichever way it came in, whatever its shape, wherever it is cut", async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(canaries, fillings, fc.boolean(), async (canary, filling, trusted) => {
      runs++;
      const texts = canary.shapes.map((shape) => `${"-".repeat(filling)} ${shape}`);
      const [url, init] = request(canary, texts[0] as string);
      for (const text of texts) await inRequest(() => undefined, request(canary, text)[0]);
      const headers = { ...(init.headers as Record<string, string>), ...(trusted && { "x-trusted": "yes" }) };
      await inRequest(
        async (env) => {
          await throughBindings(env, canary);
          for (const text of texts) {
            throughErrors(text);
            throughSpans(text);
            const refused = new Error(text);
            await quietly(() =>
              span("booking.create", { "frontdesk.room.id": text }, () => Promise.reject(refused)),
            );
          }
          log("info", invented("run.over"), kit);
          throw new Error(texts[0]);
        },
        url,
        { ...init, headers },
      ).catch(() => undefined);
    }),
    { numRuns: 12 },
  );
  const sent = await eventually(async () => {
    const all = JSON.stringify(await received());
    const told = all.split('"sentry"').length - 1;
    const done = all.split('"stringValue":"run.over"').length - 1 >= runs && told > 5 && processed > 0;
    return done ? all : undefined;
  }, 25_000);
  expect(leaksIn(sent)).toEqual([]);
  expect(leaksIn(printed.join("\n"))).toEqual([]);
  // The canaries were there to be found.
  for (const trace of ["[email]", "[redacted]", "[jwt]", "[secret]"]) expect(sent).toContain(trace);
}, 60_000);
