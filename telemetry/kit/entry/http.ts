import { idsIn } from "../asked.ts";
import { config } from "../config.ts";
import { errorTypeOfStatus } from "../error-type.ts";
import { type ToldMethod, toldMethod } from "../http-method.ts";
import { parseTraceparent, type RemoteContext } from "../propagate.ts";
import { type LooseAttributes, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";
import type { Entry } from "./invocation.ts";

/**
 * The SERVER span of an HTTP request: the one that the SLI counts.
 *
 * @param fromOurs  it comes from another Worker of ours, where it was counted already, and its trace is continued
 */
export function httpEntry(request: Request, fromOurs = false): Entry {
  const trusted = fromOurs || isTrusted(request);
  // Every read of a platform object leaves the engine, so each is read once.
  const { headers } = request;
  const remote = remoteOf(headers);
  const method = toldMethod(request.method);
  const attributes = httpAttributes(request, headers, method);
  if (trusted) Object.assign(attributes, wishesOf(headers));
  if (fromOurs) delete attributes["frontdesk.sli"];
  return {
    trigger: request,
    name: method.name,
    kind: spanKinds.SERVER,
    attributes,
    capturesErrors: true,
    fields: fromOurs ? { ...idsIn(headers) } : {},
    parent: trusted ? remote : undefined,
    links: remote && !trusted ? [remote] : undefined,
  };
}

/** The context that a caller sends along, as far as it can be read. */
function remoteOf(headers: Headers): RemoteContext | undefined {
  const traceparent = headers.get("traceparent");
  return traceparent === null ? undefined : parseTraceparent(traceparent, headers.get("tracestate"));
}

// Trust decides about telemetry only, so a check that fails is distrust and never an error. So is one that answers later:
// its promise is no yes.
function isTrusted(request: Request): boolean {
  try {
    return config().trustTraceOf?.(request) === true;
  } catch {
    return false;
  }
}

function httpAttributes(request: Request, headers: Headers, method: ToldMethod): LooseAttributes {
  const { url } = request;
  return {
    "frontdesk.sli": true,
    ...method.attributes,
    "url.scheme": url.startsWith("https:") ? "https" : "http",
    "url.path": pathOf(url),
    "cloudflare.colo": (request.cf as { colo?: string } | undefined)?.colo,
    "cloudflare.ray_id": rayIdIn(headers),
  };
}

/** Cloudflare overwrites this header; where it does not stand in front, a caller may write anything into it. */
function rayIdIn(headers: Headers): string | undefined {
  const id = headers.get("cf-ray");
  return id !== null && /^[0-9a-f]{16}(?:-[A-Z]{3})?$/.test(id) ? id : undefined;
}

/** What a trusted caller asks of our telemetry: to be told apart from customers, and to have its trace kept. */
function wishesOf(headers: Headers): LooseAttributes {
  const synthetic = headers.get("x-synthetic");
  return {
    ...((synthetic === "test" || synthetic === "bot") && { "user_agent.synthetic.type": synthetic }),
    ...(headers.get("x-trace-keep") === "1" && { "frontdesk.keep": true }),
  };
}

const questionMark = 0x3f;
const hash = 0x23;

/** Path of an absolute URL, without parsing all of it. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start === -1) return "/";
  let end = start + 1;
  for (; end < url.length; end++) {
    const code = url.charCodeAt(end);
    if (code === questionMark || code === hash) break;
  }
  return url.slice(start, end);
}

/** Completes the span from the response: 5xx is an error of ours, 4xx is not and has no error type. */
export function finishHttp(span: KitSpan, response: Response | undefined): void {
  nameAfterRoute(span);
  const status = response?.status;
  if (status === undefined) return;
  span.attributes["http.response.status_code"] = status;
  span.failed = status >= 500;
  if (span.failed) span.attributes["error.type"] ??= errorTypeOfStatus(status);
  // What was handled on the way has its own record; a good answer must not be counted as a bad one.
  else if (span.attributes["error.type"] !== undefined) span.attributes["error.type"] = undefined;
}

/** A handler that throws is answered with 500 by the platform. */
export function failHttp(span: KitSpan): void {
  nameAfterRoute(span);
  span.attributes["http.response.status_code"] = 500;
  span.failed = true;
}

function nameAfterRoute(span: KitSpan): void {
  const route = span.attributes["http.route"];
  if (typeof route === "string") span.updateName(`${span.name} ${route}`);
}
