import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { contentOf, ownShelves, type Shelves } from "./content.ts";
import { pageFile } from "./page-files.ts";
import type { Places } from "./places.ts";
import { askedOf, passOn } from "./proxy.ts";

export type ConsoleSetting = {
  /** Folder of the built console. */
  readonly dist: string;
  readonly places: Places;
  readonly shelves?: Shelves;
};

/**
 * The console's own origin: its files, `/content/` (dashboards, runbooks, budgets) and `/proxy/<place>/` to the stores.
 * Answers only to names of this machine and to its own pages, so that no site in the browser can read the stores through it.
 */
export function createConsole(setting: ConsoleSetting): Server {
  return createServer((request, response) => {
    answer(setting, request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      send(response, 500, "application/json", JSON.stringify({ error: (error as Error).message }));
    });
  });
}

async function answer(
  setting: ConsoleSetting,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { places, dist, shelves = ownShelves } = setting;
  const refusal = refusalOf(request);
  if (refusal) return send(response, 403, "application/json", JSON.stringify({ error: refusal }));
  const method = request.method ?? "GET";
  const url = new URL(request.url ?? "/", "http://console");
  if (url.pathname === "/healthz") return send(response, 200, "application/json", '{"status":"ok"}');
  if (url.pathname.startsWith("/proxy/")) {
    const asked = askedOf(method, url);
    if ("place" in asked) return passOn(asked, places, request, response);
    return send(response, asked.status, "application/json", JSON.stringify({ error: asked.why }));
  }
  if (method !== "GET" && method !== "HEAD")
    return send(response, 405, "application/json", JSON.stringify({ error: `${method} is not for pages` }), {
      allow: "GET, HEAD",
    });
  const content = await contentOf(url.pathname, shelves, places);
  if (content) return send(response, content.status, content.type, content.body);
  const file = await pageFile(dist, url.pathname);
  if (!file) return send(response, 404, "application/json", JSON.stringify({ error: `no ${url.pathname}` }));
  // Names of assets carry a hash of what is in them.
  const cache = file.isLasting ? "public, max-age=31536000, immutable" : "no-cache";
  send(response, 200, file.type, file.body, { "cache-control": cache });
}

/**
 * Why a request is not answered. A page of another site reaches this port in two ways: by a name of its own that
 * resolves to 127.0.0.1 (then Host is not ours), or across origins (then the browser says so).
 */
function refusalOf({ headers }: IncomingMessage): string | undefined {
  const { host = "", origin, "sec-fetch-site": site } = headers;
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host))
    return "the console answers to localhost and 127.0.0.1 only";
  if (origin !== undefined && origin !== `http://${host}`) return "the console answers its own pages only";
  const isNavigation = headers["sec-fetch-mode"] === "navigate";
  if (site === "cross-site" && !isNavigation) return "the console answers its own pages only";
  return undefined;
}

/** Its own code and data; styles are written by the page itself while it runs. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    ...headers,
  });
  response.end(body);
}
