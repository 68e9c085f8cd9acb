import { createServer, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { BacklogOptions } from "../../../scripts/tap/backlog.ts";
import type { TracePrinter } from "../../../scripts/tap/printer.ts";
import { startTap } from "../../../scripts/tap/tap.ts";

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Received = { path: string; type: string | undefined; encoding: string | undefined; body: Buffer };

/** A collector that answers as told, for each request in turn; the last answer stays. */
async function collector(...statuses: number[]) {
  const received: Received[] = [];
  let turn = 0;
  const server = createServer(async (request, response) => {
    const status = statuses[Math.min(turn++, statuses.length - 1)] ?? 200;
    const body = Buffer.concat(await readAll(request));
    const { "content-type": type, "content-encoding": encoding } = request.headers;
    if (status === 200) received.push({ path: request.url ?? "", type, encoding, body });
    response.writeHead(status).end("because");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, received };
}

async function readAll(request: IncomingMessage): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks;
}

async function tap(options: BacklogOptions = {}) {
  const printed: string[] = [];
  const printer: TracePrinter = { shown: "all", add: (text) => printed.push(text), close: () => {} };
  const started = await startTap(0, printer, { retryMs: 1, ...options });
  cleanUps.push(() => started.close());
  const send = (
    body: string | Buffer<ArrayBuffer>,
    headers: Record<string, string> = {},
    path = "/v1/traces",
  ) =>
    fetch(`http://127.0.0.1:${started.port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  return { backlog: started.backlog, port: started.port, printed, send };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(5);
}

const bodies = (received: readonly Received[]) => received.map(({ body }) => body.toString());

describe("The tap", () => {
  it("answers before there is a collector, keeps the order, and hands on byte for byte", async () => {
    const { backlog, send } = await tap();
    const zipped = gzipSync('{"resourceSpans":[]}');
    expect((await send("1")).status).toBe(200);
    await send(zipped, { "content-encoding": "gzip" });
    await send("3", {}, "/v1/logs");
    await send("4", {}, "/v1/metrics");
    const { url, received } = await collector(200);
    backlog.forwardTo(url);
    await until(() => received.length === 4);
    expect(received.map(({ path }) => path)).toEqual(["/v1/traces", "/v1/traces", "/v1/logs", "/v1/metrics"]);
    expect(received[1]).toMatchObject({ type: "application/json", encoding: "gzip" });
    expect(received[1]?.body.equals(zipped)).toBe(true);
  });

  it("shows JSON, zipped or not, and hands protobuf on unseen", async () => {
    const { printed, send } = await tap();
    await send('{"a":1}');
    await send(gzipSync('{"b":2}'), { "content-encoding": "gzip" });
    const answer = await send("\u0000\u0001", { "content-type": "application/x-protobuf" });
    await send('{"log":1}', {}, "/v1/logs");
    expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
    expect(await answer.text()).toBe("");
    await until(() => printed.length === 2);
    expect(printed).toEqual(['{"a":1}', '{"b":2}']);
  });

  it("refuses what cannot be read, with the reason, and keeps none of it", async () => {
    const { backlog, printed, send } = await tap();
    const cases: [string, Record<string, string>, RegExp][] = [
      ["{ broken", {}, /the body is not JSON: ./],
      ["", {}, /the body is not JSON: ./],
      ["not gzip", { "content-encoding": "gzip" }, /the body cannot be unzipped: ./],
    ];
    for (const [body, headers, reason] of cases) {
      const refused = await send(body, headers);
      expect(refused.status).toBe(400);
      expect((await refused.json()) as object).toEqual({ message: expect.stringMatching(reason) });
    }
    expect([backlog.held, printed]).toEqual([0, []]);
  });

  it("refuses what its backlog cannot hold, so that nothing that it took is lost", async () => {
    const { backlog, send } = await tap({ countMax: 2, bytesMax: 10 });
    expect((await send("12345678901")).status).toBe(503);
    expect((await send("1")).status).toBe(200);
    expect((await send("2")).status).toBe(200);
    const full = await send("3");
    expect(full.status).toBe(503);
    expect(full.headers.get("retry-after")).toBe("5");
    const { url, received } = await collector(200);
    backlog.forwardTo(url);
    await until(() => backlog.held === 0);
    expect((await send("4")).status).toBe(200);
    await until(() => received.length === 3);
    expect(bodies(received)).toEqual(["1", "2", "4"]);
  });

  it("tries again when the collector is busy, in order", async () => {
    const { backlog, send } = await tap();
    const { url, received } = await collector(503, 429, 200);
    backlog.forwardTo(url);
    await send("1");
    await send("2");
    await until(() => received.length === 2 && backlog.held === 0);
    expect(bodies(received)).toEqual(["1", "2"]);
    expect(backlog).toMatchObject({ forwarded: 2, dropped: 0 });
  });

  it("drops at once what the collector rejects, and what fails too often, and says why", async () => {
    const reasons: string[] = [];
    const { backlog, send } = await tap({ triesMax: 2, onDrop: (reason) => reasons.push(reason) });
    const { url, received } = await collector(400, 503, 503, 200);
    backlog.forwardTo(url);
    for (const body of ['"rejected"', '"busy"', '"good"']) await send(body);
    await until(() => received.length === 1 && backlog.held === 0);
    expect(bodies(received)).toEqual(['"good"']);
    expect(reasons).toEqual(["400 because", "503 because"]);
    expect(backlog).toMatchObject({ forwarded: 1, dropped: 2 });
  });

  it("keeps what comes while the collector is restarted", async () => {
    const { backlog, send } = await tap({ triesMax: 1000 });
    backlog.forwardTo("http://127.0.0.1:9");
    await send("1");
    backlog.hold();
    await send("2");
    const { url, received } = await collector(200);
    backlog.forwardTo(url);
    await until(() => received.length === 2);
    expect(bodies(received)).toEqual(["1", "2"]);
  });

  it("keeps nothing when there will be no collector", async () => {
    const { backlog, send } = await tap({ countMax: 1 });
    await send("1");
    backlog.discard();
    for (const body of ["2", "3"]) expect((await send(body)).status).toBe(200);
    expect(backlog.held).toBe(0);
  });

  it("keeps an idle connection for longer than workerd does, which is 5 s", async () => {
    const { send } = await tap();
    const seconds = /timeout=(\d+)/.exec((await send("1")).headers.get("keep-alive") ?? "")?.[1];
    expect(Number(seconds)).toBeGreaterThan(5);
  });

  it("knows its paths and methods", async () => {
    const { port, send } = await tap();
    expect((await send("{}", {}, "/v1/traces?x=1")).status).toBe(200);
    expect((await send("{}", {}, "/v1/profiles")).status).toBe(404);
    const got = await fetch(`http://127.0.0.1:${port}/v1/traces`);
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
  });
});
