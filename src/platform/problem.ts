import { type AppError, type FieldError, failures } from "./errors.ts";

/** RFC 9457 problem document with Frontdesk's extensions. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly trace_id?: string;
  readonly errors?: readonly FieldError[];
};

const retryAfterSeconds = "5";

/**
 * Turns a failure into its response; nothing but the public detail leaves.
 * Its type is absolute, so that a stored document still says what it means; the docs page of each host has one anchor per code.
 */
export function problemResponse(
  error: AppError,
  request: { readonly id: string; readonly url: string; readonly traceId: string | undefined },
): Response {
  const problem: Problem = {
    type: `${new URL(request.url).origin}/docs#${error.code}`,
    title: failures[error.code].title,
    status: error.status,
    detail: error.message,
    instance: `urn:frontdesk:request:${request.id}`,
    code: error.code,
    ...(request.traceId === undefined ? {} : { trace_id: request.traceId }),
    ...(error.errors.length === 0 ? {} : { errors: error.errors }),
  };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (error.status === 503) headers.set("retry-after", retryAfterSeconds);
  if (error.status === 401) headers.set("www-authenticate", 'Bearer realm="frontdesk"');
  for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
  return new Response(JSON.stringify(problem), { status: error.status, headers });
}
