import { AppError, type FieldError } from "./errors.ts";

type Issue = {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: unknown;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
};
type Parsed = { readonly target: string; readonly data?: unknown } & (
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
  const errors = result.error.issues.flatMap((issue) => fieldErrors(result, issue as Issue));
  const where = result.target === "json" ? "body" : result.target;
  throw new AppError("invalid_request", `The ${where} does not fit this operation; see errors.`, { errors });
}

function fieldErrors({ target, data }: Parsed, issue: Issue): FieldError[] {
  const at = (path: readonly PropertyKey[]) =>
    target === "json" ? jsonPointer(path) : path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return (issue.keys ?? []).map((key) => ({
      pointer: at([...issue.path, key]),
      detail: "is not known: remove it",
    }));
  }
  return [{ pointer: at(issue.path), detail: isMissing(data, issue.path) ? need(issue) : fix(issue) }];
}

/** RFC 6901 in its URI fragment form, as in the examples of RFC 9457. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return `#${path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
}

function isMissing(data: unknown, path: readonly PropertyKey[]): boolean {
  const at = (value: unknown, key: PropertyKey) => (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return path.length > 0 && path.reduce(at, data) === undefined;
}

const speaksForItself = ({ message }: Issue) => !message.startsWith("Invalid");

function need(issue: Issue): string {
  if (speaksForItself(issue)) return `is required, and ${issue.message}`;
  if (issue.code === "invalid_value") return `is required, and ${fix(issue)}`;
  return `is required: send a value of type ${String(issue.expected)}`;
}

function fix(issue: Issue): string {
  if (issue.code === "invalid_value") return `must be one of: ${(issue.values ?? []).map(String).join(", ")}`;
  if (issue.code !== "invalid_type" || speaksForItself(issue)) return issue.message;
  return `has the wrong type: send a value of type ${String(issue.expected)}`;
}
