import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { PlaceName, Places } from "./places.ts";

/** What the console asks of each system: questions only. Nothing here deletes, silences or writes. */
const questions: Readonly<Record<PlaceName, readonly RegExp[]>> = {
  prometheus: [
    /^\/api\/v1\/(query|query_range|query_exemplars|labels|series|metadata|rules|alerts)$/,
    /^\/api\/v1\/label\/[\w.%-]+\/values$/,
  ],
  tempo: [
    /^\/api\/search$/,
    /^\/api\/traces\/[0-9a-fA-F]{1,32}$/,
    /^\/api\/(v2\/)?search\/tags$/,
    /^\/api\/(v2\/)?search\/tag\/[\w.%-]+\/values$/,
  ],
  logs: [/^\/select\/logsql\/(query|hits|field_names|field_values)$/],
  alertmanager: [/^\/api\/v2\/(alerts|alerts\/groups|silences|status)$/],
  pager: [/^\/api\/notifications$/],
  api: [/^\/v1\/health$/],
};
/** Stores that take a long question in a body. */
const asksByPost: readonly PlaceName[] = ["prometheus", "logs"];
const bodyBytesMax = 100_000;
const answerMs = 60_000;

/** `/proxy/<place>/<rest>` taken apart, or why it is not passed on. */
export type Asked =
  | { readonly place: PlaceName; readonly path: string; readonly search: string }
  | { readonly status: 404 | 405; readonly why: string };

/** Whether the console passes a question on, and where to. */
export function askedOf(method: string, url: URL): Asked {
  const [, name = "", path = ""] = /^\/proxy\/([a-z]+)(\/.*)$/.exec(url.pathname) ?? [];
  const known = questions[name as PlaceName] as readonly RegExp[] | undefined;
  if (!known?.some((question) => question.test(path)))
    return { status: 404, why: `the console asks nothing like ${url.pathname}` };
  const place = name as PlaceName;
  const isAllowed =
    method === "GET" || method === "HEAD" || (method === "POST" && asksByPost.includes(place));
  return isAllowed
    ? { place, path, search: url.search }
    : { status: 405, why: `${method} is not a question for ${place}` };
}

/** Passes a question on and its answer back as it streams; a system that is away is told as 502. */
export function passOn(
  { place, path, search }: Extract<Asked, { place: PlaceName }>,
  places: Places,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { accept, "content-type": type } = request.headers;
  const onward = ask(
    new URL(`${path}${search}`, places[place]),
    {
      method: request.method ?? "GET",
      headers: { ...(accept && { accept }), ...(type && { "content-type": type }) },
      timeout: answerMs,
    },
    (answer) => {
      const kept = answer.headers["content-type"];
      response.writeHead(answer.statusCode ?? 502, {
        ...(kept && { "content-type": kept }),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      });
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    },
  );
  const failed = (why: string) => {
    if (response.headersSent) return void response.destroy();
    response.writeHead(502, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(`${JSON.stringify({ error: `${place} does not answer: ${why}` })}\n`);
  };
  onward.on("timeout", () => onward.destroy(new Error(`nothing within ${answerMs / 1_000} s`)));
  onward.on("error", (error: NodeJS.ErrnoException) => failed(error.code ?? error.message));
  response.on("close", () => onward.destroy());
  sendBody(request, onward);
}

function sendBody(request: IncomingMessage, onward: ReturnType<typeof ask>): void {
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > bodyBytesMax) onward.destroy(new Error(`a question may have ${bodyBytesMax} bytes`));
    else onward.write(chunk);
  });
  request.on("end", () => onward.end());
  request.on("error", () => onward.destroy());
}
