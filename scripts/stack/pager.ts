import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import { type Archive, openArchive } from "./pager-archive.ts";
import { BadNotification, parseNotification } from "./pager-notification.ts";
import { pagerPage, pagerPolicy } from "./pager-page.ts";

const bodyBytesMax = 1_000_000;

/**
 * The local pager: takes Alertmanager's webhooks, keeps the last ones on disk and shows them.
 * POST / takes one; GET / is a page; GET /api/notifications is JSON, newest first; GET /healthz answers when it runs.
 */
export function createPager(archive: Archive): Server {
  return createServer((request, response) => {
    void answer(archive, request)
      .catch((error: unknown) =>
        json(error instanceof BadNotification ? 400 : 500, { error: (error as Error).message }),
      )
      .then((reply) => send(response, reply));
  });
}

type Reply = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

async function answer(archive: Archive, request: IncomingMessage): Promise<Reply> {
  const path = new URL(request.url ?? "/", "http://pager").pathname;
  const route = routes[path];
  if (!route) return json(404, { error: `nothing here; there are ${Object.keys(routes).join(", ")}` });
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const handler = route[method];
  if (handler) return handler(archive, request);
  const allow = Object.keys(route).join(", ");
  return { ...json(405, { error: `${method} is not for ${path}; use ${allow}` }), headers: { allow } };
}

type Handler = (archive: Archive, request: IncomingMessage) => Reply | Promise<Reply>;
const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  "/": {
    GET: (archive) => ({
      status: 200,
      type: "text/html; charset=utf-8",
      body: pagerPage(archive.newest(), new Date()),
    }),
    POST: receive,
  },
  "/api/notifications": { GET: (archive) => json(200, { notifications: archive.newest() }) },
  "/healthz": { GET: () => json(200, { status: "ok" }) },
};

async function receive(archive: Archive, request: IncomingMessage): Promise<Reply> {
  const body = await readBody(request);
  if (body === "too large") return json(413, { error: `a notification may have ${bodyBytesMax} bytes` });
  const notification = parseNotification(body.text, archive.nextId(), new Date().toISOString());
  archive.add(notification);
  return json(200, { id: notification.id });
}

/** Reads on past the limit without keeping anything, so that the sender gets its answer. */
async function readBody(request: IncomingMessage): Promise<{ text: string } | "too large"> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyBytesMax) chunks.push(chunk);
  }
  return size > bodyBytesMax ? "too large" : { text: Buffer.concat(chunks).toString("utf8") };
}

const json = (status: number, value: unknown): Reply => ({
  status,
  type: "application/json",
  body: `${JSON.stringify(value)}\n`,
});

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    "content-type": reply.type,
    "cache-control": "no-store",
    "content-security-policy": pagerPolicy,
    "x-content-type-options": "nosniff",
    ...reply.headers,
  });
  response.end(reply.body);
}

function main(): void {
  const options = readOptions();
  const server = createPager(openArchive(options.data, options.keep));
  server.on("error", (error: NodeJS.ErrnoException) => {
    const used =
      error.code === "EADDRINUSE"
        ? `port ${options.port} is in use: choose another with --port`
        : error.message;
    fail(`pager: ${used}`, 1);
  });
  server.listen(options.port, options.listen);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
}

function readOptions(): { listen: string; port: number; data: string; keep: number } {
  const usage =
    "usage: node scripts/stack/pager.ts --data DIR [--port 9095] [--listen 127.0.0.1] [--keep 200]";
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ options: { listen: text, port: text, data: text, keep: text } });
    const [port, keep] = [Number(values.port ?? 9095), Number(values.keep ?? 200)];
    if (!values.data) throw new Error("--data is missing");
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error("--port must be a number from 0 to 65535");
    if (!Number.isInteger(keep) || keep < 1) throw new Error("--keep must be a number from 1 on");
    return { listen: values.listen ?? "127.0.0.1", port, data: values.data, keep };
  } catch (error) {
    return fail(`pager: ${(error as Error).message}\n${usage}`, 2);
  }
}

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}

if (import.meta.main) main();
