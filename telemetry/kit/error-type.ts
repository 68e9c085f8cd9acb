import { type ErrorType, errorTypes } from "../attributes.ts";

/** Says whether this kind of failure marks a span as an error. */
export const isFault = (type: ErrorType): boolean => errorTypes[type] === "fault";

const byMessage: readonly (readonly [RegExp, ErrorType])[] = [
  [
    /network connection lost|connection (?:refused|reset|closed)|disconnected|\bEPIPE\b|ECONN/i,
    "connection_lost",
  ],
  [/constraint/i, "constraint"],
  [/overloaded|too many requests queued/i, "overloaded"],
  [/timed? ?out/i, "timeout"],
];

/** Turns any thrown value into the closed set of `error.type`; follows `cause`, because libraries wrap. Never throws. */
export function errorTypeOf(error: unknown): ErrorType {
  try {
    return typeOf(error, 0);
  } catch {
    // A getter of somebody else's error may throw.
    return "_OTHER";
  }
}

function typeOf(error: unknown, depth: number): ErrorType {
  if (typeof error !== "object" || error === null || depth > 4) return "_OTHER";
  const { code, name, message, overloaded, cause } = error as Record<string, unknown>;
  if (typeof code === "string" && Object.hasOwn(errorTypes, code)) return code as ErrorType;
  if (name === "TimeoutError") return "timeout";
  if (name === "AbortError") return "aborted";
  if (overloaded === true) return "overloaded";
  // A wrapper's message may quote the query, so the cause is asked first.
  const deeper = cause === undefined ? "_OTHER" : typeOf(cause, depth + 1);
  if (deeper !== "_OTHER") return deeper;
  const text = typeof message === "string" ? message : "";
  return byMessage.find(([pattern]) => pattern.test(text))?.[1] ?? "_OTHER";
}

/** What an HTTP status means in the closed set; undefined below 400. */
export function errorTypeOfStatus(status: number): ErrorType | undefined {
  if (status < 400) return undefined;
  return byStatus[status] ?? (status < 500 ? "invalid_request" : "internal");
}
const byStatus: Readonly<Record<number, ErrorType>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  413: "payload_too_large",
  415: "unsupported_media_type",
  429: "rate_limited",
  503: "unavailable",
  504: "timeout",
};
