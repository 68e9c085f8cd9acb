import type { KitSpan } from "../span.ts";
import { withTraceHeaders } from "./trace-headers.ts";

type Fetch = (input: RequestInfo, init?: RequestInit) => Promise<Response>;

/** As many as the platform follows. */
const redirectsMax = 20;

/**
 * Sends a request with our trace context to a host that may have it. Redirects are followed here, because the platform
 * takes all headers along: a host that is not on the list gets none of ours.
 * A body that cannot be sent twice cannot follow, so such a request goes to the platform as it is, without context.
 */
export async function sendWithTrace(
  raw: Fetch,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  span: KitSpan,
  mayPropagate: (host: string) => boolean,
): Promise<Response> {
  const mode = init?.redirect ?? (input instanceof Request ? input.redirect : "follow");
  if (mode !== "follow") return raw(withTraceHeaders(input, init, span));
  if (!isRepeatable(input, init)) return raw(input as RequestInfo, init);
  let target = input as RequestInfo;
  let options = init;
  for (let hops = 0; ; hops++) {
    const url = new URL(target instanceof Request ? target.url : String(target));
    const isLast = hops === redirectsMax || !mayPropagate(url.hostname);
    const response = await (isLast
      ? raw(target, options)
      : raw(withTraceHeaders(target, { ...options, redirect: "manual" }, span)));
    const to = isLast ? undefined : destination(response, url);
    if (to === undefined) return hops === 0 ? response : asRedirected(response);
    await response.body?.cancel();
    options = optionsAfter(response.status, target, options, to.origin === url.origin);
    target = new Request(to, target instanceof Request ? target : undefined);
  }
}

const isRepeatable = (input: RequestInfo | URL, init: RequestInit | undefined) => {
  const body = init?.body ?? (input instanceof Request ? input.body : null);
  return !(body instanceof ReadableStream);
};

function destination({ status, headers }: Response, base: URL): URL | undefined {
  const location = [301, 302, 303, 307, 308].includes(status) ? headers.get("location") : null;
  return location === null ? undefined : (URL.parse(location, base.href) ?? undefined);
}

/** What the platform does on a redirect, by the Fetch standard: a POST may become a GET, and another origin gets no credentials. */
function optionsAfter(
  status: number,
  target: RequestInfo | URL,
  options: RequestInit | undefined,
  sameOrigin: boolean,
): RequestInit {
  const given = target instanceof Request ? target : undefined;
  const method = (options?.method ?? given?.method ?? "GET").toUpperCase();
  const headers = new Headers(options?.headers ?? given?.headers);
  if (!sameOrigin) headers.delete("authorization");
  const becomesGet =
    status === 303 ? method !== "HEAD" && method !== "GET" : status < 303 && method === "POST";
  if (!becomesGet) return { ...options, headers };
  for (const name of [...headers.keys()]) if (name.startsWith("content-")) headers.delete(name);
  return { ...options, headers, method: "GET", body: null };
}

const asRedirected = (response: Response) => Object.defineProperty(response, "redirected", { value: true });
