import { createServer, type Server } from "node:http";
import type { Round } from "./round.ts";

/** What the probe does now. */
export type Status = { last: Round | undefined; lastAtMs: number };

/** 200 while rounds are made, 503 when none was finished for three times as long as one may take; `/` shows the last. */
export function statusServer(status: Status, everySeconds: number, now: () => number = Date.now): Server {
  const patienceMs = Math.max(3 * everySeconds, 90) * 1_000;
  return createServer((request, response) => {
    const isAlive = now() - status.lastAtMs < patienceMs;
    const path = request.url === "/healthz" ? "health" : request.url === "/" ? "last" : "nothing";
    const code = path === "nothing" ? 404 : path === "health" && !isAlive ? 503 : 200;
    response.writeHead(code, { "content-type": "application/json", "cache-control": "no-store" });
    const bodies = {
      nothing: { error: "nothing here; there are /, /healthz" },
      health: { status: isAlive ? "ok" : "no round was finished in time" },
      last: status.last ?? { status: "the first round has not ended yet" },
    };
    response.end(`${JSON.stringify(bodies[path])}\n`);
  });
}
