import { config } from "../config.ts";
import { activeContext } from "../context.ts";
import { errorTypeOfStatus } from "../error-type.ts";
import { type ToldMethod, toldMethod } from "../http-method.ts";
import type { LooseAttributes } from "../records.ts";
import { redactUrl } from "../scrub.ts";
import type { KitSpan } from "../span.ts";
import { tracedCall } from "./client-call.ts";
import { sendWithTrace } from "./redirect.ts";

let patched = false;

/** Puts a CLIENT span around every outbound fetch that an invocation makes; libraries that call fetch are seen too. */
export function patchFetch(): void {
  if (patched) return;
  patched = true;
  const raw = globalThis.fetch;
  globalThis.fetch = ((input: RequestInfo | URL, init?: RequestInit) =>
    activeContext().invocation === undefined
      ? raw(input as RequestInfo, init)
      : traced(raw, input, init)) as typeof fetch;
}

function traced(
  raw: typeof fetch,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const url = urlOf(input);
  if (url === undefined) return raw(input as RequestInfo, init);
  const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
  // Every read of a platform object leaves the engine, so each is read once.
  const host = url.hostname;
  const told = toldMethod(method);
  return tracedCall(
    told.name,
    attributesOf(url, host, told),
    (span) =>
      mayPropagate(host)
        ? sendWithTrace(raw, input, init, span, mayPropagate)
        : raw(input as RequestInfo, init),
    readClientStatus,
  );
}

function urlOf(input: RequestInfo | URL): URL | undefined {
  if (input instanceof URL) return input;
  return URL.parse(input instanceof Request ? input.url : String(input)) ?? undefined;
}

/** Trace context tells others about us, so it goes to named hosts only. */
export function mayPropagate(host: string): boolean {
  const { propagateTo = [] } = config();
  return propagateTo.some((pattern) =>
    pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern,
  );
}

/** For a client every status from 400 on is an error. */
export function readClientStatus(response: Response, span: KitSpan): void {
  span.attributes["http.response.status_code"] = response.status;
  const type = errorTypeOfStatus(response.status);
  if (type === undefined) return;
  span.fail(type);
  span.failed = true;
}

const attributesOf = (url: URL, host: string, method: ToldMethod): LooseAttributes => ({
  ...method.attributes,
  "url.full": redactUrl(url),
  "server.address": host,
  "server.port": Number(url.port) || (url.protocol === "https:" ? 443 : 80),
  "cloudflare.binding.type": "fetch",
});
