/** A process of its own: two collectors on ports of their own, each of which fails as it is told. Started by `peers.ts` of this folder. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import type { FaultKind, Side } from "./kinds.ts";

export type Order =
  | { readonly kind: "fail"; readonly side: Side; readonly fault: FaultKind | undefined }
  | { readonly kind: "taken" };
/** Entry spans that were really taken, by side; and how many of them came twice. */
export type Taken = { readonly spans: number; readonly twice: number };

type Collector = {
  fault: FaultKind | undefined;
  port: number;
  server: Server;
  seen: Set<string>;
  twice: number;
};
type Otlp = {
  resourceSpans?: { scopeSpans?: { spans?: { spanId: string; kind: number; name: string }[] }[] }[];
};

const server = 2;

async function receive(
  collector: Collector,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url === "/origin") return void response.end("ok");
  const { fault } = collector;
  const body = await read(request);
  const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  const spans = (JSON.parse(plain.toString()) as Otlp).resourceSpans?.[0]?.scopeSpans?.[0]?.spans ?? [];
  const kept = fault === "part" ? spans.slice(0, Math.floor(spans.length / 2)) : spans;
  const json = { "content-type": "application/json" };
  const answers: Readonly<Record<FaultKind, () => void>> = {
    refused: () => response.socket?.resetAndDestroy(),
    reset: () => response.socket?.resetAndDestroy(),
    "reset-within": () => {
      take(collector, kept);
      response.writeHead(200, { ...json, "content-length": "500" });
      response.write('{"partialSuccess"', () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
    },
    slow: () => {
      take(collector, kept);
      setTimeout(() => response.writeHead(200, json).end("{}"), 30_000).unref();
    },
    hang: () => {},
    "429": () => response.writeHead(429, { "retry-after": "1" }).end(),
    "503": () => response.writeHead(503).end(),
    "500": () => response.writeHead(500).end("trouble"),
    malformed: () => {
      take(collector, kept);
      response.writeHead(200, { "content-type": "text/html" }).end("<html>welcome</html>");
    },
    part: () => {
      take(collector, kept);
      const rejectedSpans = `${spans.length - kept.length}`;
      response.writeHead(200, json).end(JSON.stringify({ partialSuccess: { rejectedSpans } }));
    },
  };
  if (fault) answers[fault]();
  else {
    take(collector, kept);
    response.writeHead(200, json).end("{}");
  }
}

function take(collector: Collector, spans: readonly { spanId: string; kind: number; name: string }[]): void {
  for (const { spanId, kind, name } of spans) {
    if (kind !== server || !/^GET \/(plain|object)$/.test(name)) continue;
    if (collector.seen.has(spanId)) collector.twice++;
    collector.seen.add(spanId);
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const listen = (collector: Collector) =>
  new Promise<void>((resolve) => {
    collector.server.listen(collector.port, "127.0.0.1", () => {
      collector.port = (collector.server.address() as { port: number }).port;
      resolve();
    });
  });

async function startCollector(): Promise<Collector> {
  const collector: Collector = {
    fault: undefined,
    port: 0,
    server: createServer(),
    seen: new Set(),
    twice: 0,
  };
  // Node's own 5 s would close idle connections just when they are used again; collectors wait for a minute.
  collector.server.keepAliveTimeout = 60_000;
  collector.server.on("request", (request, response) => {
    receive(collector, request, response).catch(() => response.writeHead(400).end());
  });
  await listen(collector);
  return collector;
}

async function fail(collector: Collector, fault: FaultKind | undefined): Promise<void> {
  if (collector.fault === "refused") await listen(collector);
  collector.fault = fault;
  if (fault !== "refused") return;
  const closed = new Promise((resolve) => collector.server.close(resolve));
  collector.server.closeAllConnections();
  await closed;
}

const collectors = [await startCollector(), await startCollector()] as const;
// What the Workers call must not fail with the collectors.
const origin = await startCollector();

process.on("message", async (order: Order) => {
  if (order.kind === "fail") await fail(collectors[order.side], order.fault);
  const taken: Taken[] = collectors.map(({ seen, twice }) => ({ spans: seen.size, twice }));
  process.send?.(taken);
});
// Whoever started it may be killed.
process.on("disconnect", () => process.exit());
process.send?.([...collectors, origin].map(({ port }) => port));
