import { AppError, type FieldError } from "./errors.ts";

type Issue = {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: unknown;
  readonly input?: unknown;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
};
type Parsed = { readonly target: string } & (
  | { readonly success: true }
  | { readonly success: false; readonly error: { readonly issues: readonly unknown[] } }
);

/**
 * `defaultHook` of every feature's OpenAPIHono.
 *
 * @throws AppError `invalid_request` that names each wrong field and its fix; a malformed path parameter is `not_found`
 */
export function rejectInvalid(result: Parsed): void {
  if (result.success) return;
  if (result.target === "param") throw new AppError("not_found", "There is no such resource.");
  const errors = result.error.issues.flatMap((issue) => fieldErrors(result.target, issue as Issue));
  const where = result.target === "json" ? "body" : result.target;
  throw new AppError("invalid_request", `The ${where} does not fit this operation; see errors.`, { errors });
}

function fieldErrors(target: string, issue: Issue): FieldError[] {
  const at = (path: readonly PropertyKey[]) =>
    target === "json" ? jsonPointer(path) : path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return (issue.keys ?? []).map((key) => ({
      pointer: at([...issue.path, key]),
      detail: "is not known: remove it",
    }));
  }
  return [{ pointer: at(issue.path), detail: fix(issue) }];
}

/** RFC 6901 in its URI fragment form, as in the examples of RFC 9457. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return `#${path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
}

function fix(issue: Issue): string {
  if (issue.code === "invalid_type") {
    return issue.message.endsWith("received undefined")
      ? `is required: send a value of type ${String(issue.expected)}`
      : `has the wrong type: send a value of type ${String(issue.expected)}`;
  }
  if (issue.code === "invalid_value") return `must be one of: ${(issue.values ?? []).map(String).join(", ")}`;
  return issue.message;
}
