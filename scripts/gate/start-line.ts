import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where visitors wait for each other, so that their visits come in turn. */
export type StartLine = {
  /** A GET is answered when all have asked: with the time to begin, in ms since the epoch. */
  readonly url: string;
  readonly close: () => void;
};

const aheadMs = 500;

/**
 * @param count    how many wait for each other
 * @param onBegin  called once, with the time that all were told
 */
export async function openStartLine(count: number, onBegin: (beginAt: number) => void): Promise<StartLine> {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    waiting.push(response);
    if (waiting.length < count) return;
    const beginAt = Date.now() + aheadMs;
    onBegin(beginAt);
    for (const each of waiting) each.end(String(beginAt));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
