import { rawFetch } from "../raw-fetch.ts";

const gzipFromBytes = 1_024;
const answerBytesMax = 64 * 1024;

/** What a receiver made of one batch. `unknown`: no answer came, so it may have been taken and must not be sent again. */
export type Answer =
  | { readonly kind: "accepted"; readonly rejected: number }
  | { readonly kind: "later"; readonly afterMs: number | undefined }
  | { readonly kind: "refused" }
  | { readonly kind: "unknown" };

const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Sends one OTLP/HTTP JSON body; never throws.
 *
 * @param answerByMs  epoch milliseconds after which no answer is waited for
 * @source https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  answerByMs: number,
): Promise<Answer> {
  try {
    const zipped = body.length >= gzipFromBytes;
    const response = await rawFetch(url, {
      method: "POST",
      headers: {
        ...headers,
        "content-type": "application/json",
        ...(zipped && { "content-encoding": "gzip" }),
      },
      body: zipped ? await gzip(body) : body,
      redirect: "manual",
      signal: AbortSignal.timeout(Math.max(0, answerByMs - Date.now())),
    });
    const text = await response.text().catch(() => "");
    if (response.ok) return { kind: "accepted", rejected: rejectedOf(text) };
    if (retryable.has(response.status))
      return { kind: "later", afterMs: retryAfterMs(response.headers.get("retry-after")) };
    return { kind: "refused" };
  } catch {
    return { kind: "unknown" };
  }
}

async function gzip(text: string): Promise<ArrayBuffer> {
  const zipped = new Response(text).body?.pipeThrough(new CompressionStream("gzip"));
  return new Response(zipped).arrayBuffer();
}

function rejectedOf(text: string): number {
  if (text.length === 0 || text.length > answerBytesMax) return 0;
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: Record<string, unknown> };
    const { rejectedSpans, rejectedLogRecords, rejectedDataPoints } = partialSuccess ?? {};
    const rejected = Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0);
    return Number.isFinite(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
