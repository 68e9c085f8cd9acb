import type { ErrorType } from "../../telemetry/kit/index.ts";

/** What each failure means to a client. The code is also `frontdesk.problem.code`, and at 5xx the `error.type` of spans and metrics. */
export const failures = {
  invalid_request: { status: 400, log: "info", title: "The request is not valid" },
  malformed_body: { status: 400, log: "info", title: "The body is not valid JSON" },
  unauthenticated: { status: 401, log: "info", title: "Authentication is required" },
  forbidden: { status: 403, log: "info", title: "Not allowed" },
  not_found: { status: 404, log: "info", title: "Not found" },
  method_not_allowed: { status: 405, log: "info", title: "Method not allowed" },
  slot_taken: { status: 409, log: "info", title: "The room is taken" },
  not_cancellable: { status: 409, log: "info", title: "The booking cannot be cancelled" },
  version_conflict: { status: 409, log: "info", title: "The resource was changed meanwhile" },
  precondition_failed: { status: 412, log: "info", title: "The resource is not in the state you asked for" },
  slug_taken: { status: 409, log: "info", title: "The name is not free" },
  idempotency_in_flight: { status: 409, log: "info", title: "A request with this key is in flight" },
  payload_too_large: { status: 413, log: "info", title: "The body is too large" },
  unsupported_media_type: { status: 415, log: "info", title: "Unsupported content type" },
  idempotency_key_missing: { status: 400, log: "info", title: "Idempotency-Key is required" },
  idempotency_key_reused: { status: 422, log: "info", title: "Idempotency-Key was used for another request" },
  internal: { status: 500, log: "error", title: "Something failed on our side" },
  unavailable: { status: 503, log: "error", title: "Temporarily unavailable" },
  outcome_unknown: { status: 503, log: "error", title: "The outcome is not known yet" },
} as const satisfies Partial<Record<ErrorType, { status: number; log: "info" | "error"; title: string }>>;

export type FailureCode = keyof typeof failures;
/** One field that is wrong: a JSON pointer or parameter name, and how to mend it. */
export type FieldError = { readonly pointer: string; readonly detail: string };
export type FailureExtras = {
  readonly cause?: unknown;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
};

export class AppError extends Error {
  readonly code: FailureCode;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  /** @param publicDetail safe to send to the client; the cause never is */
  constructor(code: FailureCode, publicDetail: string, extras: FailureExtras = {}) {
    super(publicDetail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = "AppError";
    this.code = code;
    this.errors = extras.errors ?? [];
    this.headers = extras.headers ?? {};
  }

  get status(): number {
    return failures[this.code].status;
  }
}

/** Said by the look-up of the key and by the booking itself, whichever notices. */
export const keyReused = () =>
  new AppError("idempotency_key_reused", "This Idempotency-Key belongs to another request; use a new one.");
