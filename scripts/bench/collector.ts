/** A process of its own: takes what the variants export, counts it, and is the server that they call. Started by `peers.ts`. */
import { createServer, type IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { type Counted, countBody, type Seen } from "./counted.ts";

const seen = new Map<string, Seen>();

const server = createServer(async (request, response) => {
  if (request.url === "/origin") {
    response.end("ok");
    return;
  }
  const [, variant = "", ...path] = (request.url ?? "").split("?")[0]?.split("/") ?? [];
  const body = await read(request);
  const entry = seen.get(variant) ?? { exports: 0, wireBytes: 0, unread: 0, spans: {} };
  seen.set(variant, entry);
  entry.exports++;
  entry.wireBytes += body.length;
  try {
    const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    add(entry, countBody(path.join("/"), request.headers["content-type"] ?? "", plain));
  } catch {
    entry.unread++;
  }
  response.setHeader("content-type", "application/json").end("{}");
});

function add(entry: Seen, counted: Counted): void {
  for (const [name, count] of Object.entries(counted)) entry.spans[name] = (entry.spans[name] ?? 0) + count;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

process.on("message", (question: "read" | "forget") => {
  const answer = Object.fromEntries(seen);
  if (question === "forget") seen.clear();
  process.send?.(answer);
});

// Whoever started it may be killed.
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as { port: number }).port));
