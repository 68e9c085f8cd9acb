import { CloudflareClient, type Event, Scope } from "@sentry/cloudflare";
import { rawFetch } from "../raw-fetch.ts";
import type { Fault } from "./fault.ts";
import { framesIn } from "./frames.ts";

type ClientOptions = ConstructorParameters<typeof CloudflareClient>[0];
type Transport = ReturnType<ClientOptions["transport"]>;
type Envelope = Parameters<Transport["send"]>[0];
export type Told = { readonly status: number; readonly retryAfterMs: number | undefined };

/** Everything that the SDK would read by itself. Nothing of it is there to be read, and it is told so all the same. */
const dataCollection: NonNullable<ClientOptions["dataCollection"]> = {
  userInfo: false,
  cookies: false,
  httpHeaders: false,
  httpBodies: [],
  urlQueryParams: false,
  graphQL: { document: false, variables: false },
  genAI: { inputs: false, outputs: false },
  databaseQueryData: false,
  queues: false,
};

/**
 * Sends one fault as one event and waits for the answer. The client lives as long as the fault does:
 * a promise that it kept would belong to the request that made it.
 *
 * @throws when no answer comes within `answerMs` milliseconds
 */
export async function tellSentry(dsn: string, fault: Fault, answerMs: number): Promise<Told> {
  let answer: Promise<Told> | undefined;
  const client = new CloudflareClient({
    dsn,
    environment: fault.environment,
    release: fault.release,
    integrations: [],
    stackParser: framesIn,
    traceLifecycle: "static",
    sendClientReports: false,
    dataCollection,
    transport: ({ url, headers }) => ({
      send: (envelope) => {
        answer = post(url, headers ?? {}, textOf(envelope), answerMs);
        return answer.then(({ status: statusCode }) => ({ statusCode }));
      },
      flush: () => Promise.resolve(true),
    }),
  });
  try {
    client.init();
    client.captureEvent(eventOf(fault), undefined, new Scope());
    // What the SDK does before it sends takes a few turns of the microtask queue, and no time.
    for (let turn = 0; answer === undefined && turn < 50; turn++) await Promise.resolve();
    if (answer === undefined) throw new Error("the SDK sent nothing");
    return await answer;
  } finally {
    client.dispose();
  }
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  answerMs: number,
): Promise<Told> {
  const signal = AbortSignal.timeout(answerMs);
  const response = await rawFetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  await response.body?.cancel();
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const isClosed = response.status === 429;
  return {
    status: response.status,
    retryAfterMs: isClosed ? (Number.isFinite(seconds) ? seconds : 60) * 1000 : undefined,
  };
}

/** The header, then each item: its header and its payload, one JSON value a line. */
const textOf = ([header, items]: Envelope): string =>
  [header, ...(items as unknown[][]).flat()].map((part) => JSON.stringify(part)).join("\n");

const tagNames = {
  "error.type": "error.type",
  "frontdesk.module": "module",
  "frontdesk.tenant.id": "tenant",
  "frontdesk.request.id": "request_id",
  "frontdesk.correlation.id": "correlation_id",
} as const;

function eventOf(fault: Fault): Event {
  const { attributes, traceId, spanId, parentSpanId } = fault;
  const tags: Record<string, string> = {};
  for (const [name, tag] of Object.entries(tagNames)) {
    const value = attributes[name];
    if (value !== undefined) tags[tag] = String(value);
  }
  return {
    level: "error",
    timestamp: fault.timeMs / 1000,
    tags,
    contexts: {
      frontdesk: { ...attributes },
      ...(traceId !== undefined &&
        spanId !== undefined && {
          trace: {
            trace_id: traceId,
            span_id: spanId,
            ...(parentSpanId && { parent_span_id: parentSpanId }),
          },
        }),
    },
    exception: {
      // The innermost first.
      values: fault.exceptions.toReversed().map(({ type, message, stack }) => ({
        type,
        value: message,
        mechanism: { type: "frontdesk", handled: true },
        ...(stack && { stacktrace: { frames: framesIn(stack) } }),
      })),
    },
  };
}
