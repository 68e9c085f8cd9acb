import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { OtlpTraces } from "./calls.ts";

/** Takes what a release exports. */
export type Receiver = {
  /** For `OTLP_ENDPOINT`. */
  readonly url: string;
  /** Bytes that were sent so far, unpacked: what stores bill. */
  readonly bytes: () => number;
  readonly close: () => Promise<void>;
};

/**
 * Listens on a free port of the loopback.
 *
 * @param take  is given the traces; metrics and logs are only counted
 */
export async function openReceiver(take: (traces: OtlpTraces) => void): Promise<Receiver> {
  let bytes = 0;
  const server = createServer(async (request, response) => {
    const body = await read(request);
    if (body === undefined) return;
    const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    bytes += plain.length;
    if (request.url?.endsWith("/v1/traces")) take(JSON.parse(plain.toString("utf8")));
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** @returns undefined when the sender gave up in the middle */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}
