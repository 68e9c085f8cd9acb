import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Backlog, type BacklogOptions, type Item } from "./backlog.ts";
import type { TracePrinter } from "./printer.ts";

export type Tap = { readonly port: number; readonly backlog: Backlog; close(): Promise<void> };

const paths = ["/v1/traces", "/v1/logs", "/v1/metrics"];
const bodyMax = 16e6;
const unzippedMax = 64e6;
/** Longer than workerd keeps an idle connection (5 s), or one is closed under the request that comes just then. */
const idleMs = 60_000;
const unzip = promisify(gunzip);

/**
 * The local OTLP/HTTP address: answers at once, shows traces, and hands on byte for byte what it got.
 *
 * @param port  0 takes a free one
 * @throws NodeJS.ErrnoException `EADDRINUSE`
 */
export async function startTap(
  port: number,
  printer: TracePrinter,
  options: BacklogOptions = {},
): Promise<Tap> {
  const backlog = new Backlog(options);
  const server = createServer((request, response) => {
    receive(request, response, backlog, printer).catch(() => response.destroy());
  });
  server.keepAliveTimeout = idleMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    backlog,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  backlog: Backlog,
  printer: TracePrinter,
) {
  const path = (request.url ?? "").split("?")[0] ?? "";
  if (!paths.includes(path)) return answer(response, 404, `{"message":"OTLP paths: ${paths.join(" ")}"}`);
  if (request.method !== "POST") return answer(response, 405, "", { allow: "POST" });
  const body = await read(request);
  if (body === undefined)
    return answer(response, 413, `{"message":"at most ${bodyMax} bytes"}`, { connection: "close" });
  const item: Item = { path, headers: kept(request), body };
  const isProtobuf = item.headers["content-type"]?.includes("protobuf") ?? false;
  const json = isProtobuf ? undefined : await readJson(item);
  if (json && "trouble" in json) return answer(response, 400, JSON.stringify({ message: json.trouble }));
  if (!backlog.offer(item))
    return answer(response, 503, `{"message":"backlog is full"}`, { "retry-after": "5" });
  if (isProtobuf) answer(response, 200, "", { "content-type": "application/x-protobuf" });
  else answer(response, 200, "{}");
  if (json && path === "/v1/traces") printer.add(json.text);
}

/** The body as text that is JSON for sure: later nobody could tell the sender what is wrong. */
async function readJson({ headers, body }: Item): Promise<{ text: string } | { trouble: string }> {
  let plain: Buffer = body;
  try {
    if (headers["content-encoding"] === "gzip") plain = await unzip(body, { maxOutputLength: unzippedMax });
  } catch (error) {
    return { trouble: `the body cannot be unzipped: ${(error as Error).message}` };
  }
  const text = plain.toString("utf8");
  try {
    JSON.parse(text);
    return { text };
  } catch (error) {
    return { trouble: `the body is not JSON: ${(error as Error).message}` };
  }
}

function kept({ headers }: IncomingMessage): Record<string, string> {
  const { "content-type": type, "content-encoding": encoding } = headers;
  return {
    "content-type": type ?? "application/json",
    ...(encoding === undefined ? {} : { "content-encoding": encoding }),
  };
}

async function read(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answer(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}
