import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { capture, currentTrace } from "../../telemetry/kit/index.ts";
import { AppError, failures } from "../platform/errors.ts";
import type { HttpEnv } from "../platform/http.ts";
import { problemResponse } from "../platform/problem.ts";

/** The one place where what was thrown becomes an answer. A fault is captured once; its own words never leave. */
export function onError(thrown: unknown, c: Context<HttpEnv>): Response {
  const error = asAppError(thrown);
  if (failures[error.code].log === "error")
    capture(error.cause ?? thrown, {
      "error.type": error.code,
      "frontdesk.module": c.get("route")?.module ?? "http",
    });
  return problemResponse(error, {
    id: c.get("requestId"),
    url: c.req.url,
    traceId: currentTrace()?.traceId,
  });
}

/** What was thrown as the failure that is answered. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HTTPException && thrown.status === 400) {
    return new AppError(
      "malformed_body",
      "The body could not be parsed as JSON; check quotes, commas and brackets.",
    );
  }
  if (thrown instanceof HTTPException && thrown.status === 415) {
    return new AppError("unsupported_media_type", "Send the body as Content-Type: application/json.");
  }
  return new AppError(
    "internal",
    "Something failed on our side; it has been recorded. Quote the request id when you ask.",
    {
      cause: thrown,
    },
  );
}
