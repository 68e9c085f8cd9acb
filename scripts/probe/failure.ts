import { type ErrorType, errorTypes } from "../../telemetry/attributes.ts";

/** Steps in their order; each is possible only when those before it were good. */
export const steps = ["health", "login", "availability", "book", "cancel"] as const;
export type Step = (typeof steps)[number];

/** A step that failed: why, from the closed set, and in words. */
export class StepFailed extends Error {
  readonly errorType: ErrorType;
  constructor(errorType: ErrorType, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.errorType = errorType;
  }
}

/** Why an answer is not the one that was due. The server's own word counts, as far as it is a known one. */
export function failureOfAnswer(status: number, body: Readonly<Record<string, unknown>>): ErrorType {
  const code = body.code;
  if (typeof code === "string" && Object.hasOwn(errorTypes, code)) return code as ErrorType;
  if (status === 429) return "rate_limited";
  if (status === 503) return "unavailable";
  return status >= 500 ? "internal" : "_OTHER";
}

/** Why there was no answer: too late, or the way to the server is broken (name, connection, certificate). */
export const failureOfFetch = (error: unknown): ErrorType =>
  error instanceof Error && error.name === "TimeoutError" ? "timeout" : "connection_lost";

/** The innermost reason, which is the one that says something: `fetch failed` does not. */
export function wordsOf(error: unknown): string {
  let found = error as NodeJS.ErrnoException;
  while (found.cause instanceof Error) found = found.cause;
  return found.code && !found.message.includes(found.code) ? `${found.code} ${found.message}` : found.message;
}
