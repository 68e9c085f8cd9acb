import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../platform/errors.ts";
import type { HttpEnv } from "../platform/http.ts";
import type { RouteIndex } from "./routing.ts";

/** Largest body of any route in this API, in bytes. */
export const bodyBytesMax = 64 * 1024;

/** Refuses what no route can serve, before anything is looked up: path, method, media type, size. */
export function limits(routes: RouteIndex): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const route = c.get("route");
    if (!route) throw noRoute(routes.allowed(c.req.path));
    const bytes = c.req.raw.body ? await limitBody(c, route.accepts) : 0;
    if (bytes === 0 && route.accepts.includes(mediaTypeOf(c))) throw empty();
    await next();
  };
}

function noRoute(allowed: readonly string[]): AppError {
  if (allowed.length === 0)
    return new AppError("not_found", "There is nothing at this path; /docs lists what there is.");
  const methods = allowed.join(", ");
  return new AppError("method_not_allowed", `This path answers to ${methods}.`, {
    headers: { Allow: methods },
  });
}

async function limitBody(c: Context<HttpEnv>, accepts: readonly string[]): Promise<number> {
  if (Number(c.req.header("content-length") ?? 0) > bodyBytesMax) throw tooLarge();
  const bytes = await readAtMost(c.req.raw.body as ReadableStream<Uint8Array>, bodyBytesMax);
  if (bytes.byteLength > 0) checkMediaType(c, accepts);
  c.req.raw = new Request(c.req.raw, { body: bytes });
  return bytes.byteLength;
}

function checkMediaType(c: Context<HttpEnv>, accepts: readonly string[]): void {
  const encoding = c.req.header("content-encoding");
  if (encoding && encoding !== "identity") {
    throw new AppError("unsupported_media_type", "Send the body without Content-Encoding.", {
      headers: { "Accept-Encoding": "identity" },
    });
  }
  if (accepts.length === 0 || accepts.includes(mediaTypeOf(c))) return;
  throw new AppError("unsupported_media_type", `Send the body as Content-Type: ${accepts.join(" or ")}.`, {
    headers: { Accept: accepts.join(", ") },
  });
}

const mediaTypeOf = (c: Context<HttpEnv>) =>
  c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";

// A declared length can lie or be absent, so what arrives is counted too.
async function readAtMost(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

const tooLarge = () => new AppError("payload_too_large", `The body may have at most ${bodyBytesMax} bytes.`);

const empty = () => new AppError("malformed_body", "The body is empty: send a JSON object.");
