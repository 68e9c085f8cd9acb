import { rawFetch } from "../raw-fetch.ts";

const answerLengthMax = 64 * 1024;

/** What a receiver made of one request. */
export type Answer =
  /** `says` is its warning, also when it rejected nothing. */
  | { readonly kind: "accepted"; readonly rejected: number; readonly says: string | undefined }
  | { readonly kind: "later"; readonly afterMs: number | undefined }
  | { readonly kind: "refused" }
  /** It said yes in words that are not OTLP, so how much it took is not known. */
  | { readonly kind: "unreadable" }
  /** No answer came: it may have been taken, so it must not be sent again. */
  | { readonly kind: "lost" };

/** Text, or bytes that are gzip. */
export type Body = Uint8Array<ArrayBuffer> | string;

const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Sends one OTLP/HTTP JSON request; never throws.
 *
 * @param answerByMs  epoch milliseconds after which no answer is waited for
 * @source https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Body,
  answerByMs: number,
): Promise<Answer> {
  try {
    const response = await rawFetch(url, {
      method: "POST",
      headers: {
        ...headers,
        "content-type": "application/json",
        ...(typeof body !== "string" && { "content-encoding": "gzip" }),
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(Math.max(0, answerByMs - Date.now())),
    });
    if (response.ok) return readAnswer(response.headers.get("content-type") ?? "", await textOf(response));
    response.body?.cancel().catch(() => undefined);
    if (retryable.has(response.status))
      return { kind: "later", afterMs: retryAfterMs(response.headers.get("retry-after")) };
    return { kind: "refused" };
  } catch {
    return { kind: "lost" };
  }
}

/** The body of an answer; undefined when it is cut, broken or longer than any answer is. */
async function textOf({ body }: Response): Promise<string | undefined> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      text += decoder.decode(part.value, { stream: true });
      if (text.length <= answerLengthMax) continue;
      reader?.cancel().catch(() => undefined);
      return undefined;
    }
    return text;
  } catch {
    return undefined;
  }
}

function readAnswer(type: string, text: string | undefined): Answer {
  if (text === undefined || type.includes("html")) return { kind: "unreadable" };
  if (!text.trim() || !(type.includes("json") || text.startsWith("{")))
    return { kind: "accepted", rejected: 0, says: undefined };
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: Record<string, unknown> };
    const { rejectedSpans, rejectedLogRecords, rejectedDataPoints, errorMessage } = partialSuccess ?? {};
    const rejected = Math.trunc(Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0));
    const says = typeof errorMessage === "string" && errorMessage !== "" ? errorMessage : undefined;
    return { kind: "accepted", rejected: rejected > 0 ? rejected : 0, says };
  } catch {
    return { kind: "unreadable" };
  }
}

function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
