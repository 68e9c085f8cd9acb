import { attributes } from "../../attributes.ts";
import { idsIn } from "../asked.ts";
import { config } from "../config.ts";
import { errorTypeOfStatus } from "../error-type.ts";
import { parseTraceparent } from "../propagate.ts";
import { type LooseAttributes, spanKinds } from "../records.ts";
import { withoutControl } from "../scrub.ts";
import type { KitSpan } from "../span.ts";
import type { Entry } from "./invocation.ts";

const methods: ReadonlySet<string> = new Set(
  attributes["http.request.method"].values.filter((method) => method !== "_OTHER"),
);

/**
 * The SERVER span of an HTTP request: the one that the SLI counts.
 *
 * @param fromOurs  it comes from another Worker of ours, where it was counted already, and its trace is continued
 */
export function httpEntry(request: Request, fromOurs = false): Entry {
  const trusted = fromOurs || isTrusted(request);
  const remote = parseTraceparent(request.headers.get("traceparent"), request.headers.get("tracestate"));
  return {
    trigger: request,
    name: methods.has(request.method) ? request.method : "HTTP",
    kind: spanKinds.SERVER,
    attributes: { ...httpAttributes(request), ...(trusted && wishesOf(request)), ...(fromOurs && uncounted) },
    capturesErrors: true,
    ...(fromOurs && { fields: { ...idsIn(request.headers) } }),
    ...(remote && (trusted ? { parent: remote } : { links: [remote] })),
  };
}

const uncounted = { "frontdesk.sli": undefined };

// Trust decides about telemetry only, so a check that fails is distrust and never an error.
function isTrusted(request: Request): boolean {
  try {
    return config().trustTraceOf?.(request) ?? false;
  } catch {
    return false;
  }
}

function httpAttributes(request: Request): LooseAttributes {
  const { method, url } = request;
  const known = methods.has(method);
  return {
    "frontdesk.sli": true,
    "frontdesk.tenant.tier": "none",
    "http.request.method": known ? method : "_OTHER",
    "http.request.method_original": known ? undefined : method,
    "url.scheme": url.startsWith("https:") ? "https" : "http",
    "url.path": withoutControl(pathOf(url)),
    "cloudflare.colo": (request.cf as { colo?: string } | undefined)?.colo,
    "cloudflare.ray_id": request.headers.get("cf-ray") ?? undefined,
  };
}

/** What a trusted caller asks of our telemetry: to be told apart from customers, and to have its trace kept. */
function wishesOf({ headers }: Request): LooseAttributes {
  const synthetic = headers.get("x-synthetic");
  return {
    ...((synthetic === "test" || synthetic === "bot") && { "user_agent.synthetic.type": synthetic }),
    ...(headers.get("x-trace-keep") === "1" && { "frontdesk.keep": true }),
  };
}

/** Path of an absolute URL, without parsing all of it. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start === -1) return "/";
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
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
  else delete span.attributes["error.type"];
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
