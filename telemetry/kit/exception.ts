import { scrubAndCut, withoutControlInLines } from "./scrub.ts";

/** What an exception may say of itself: scrubbed and cut. */
export type ExceptionText = {
  readonly type: string;
  readonly message: string;
  /** As V8 writes it, its first line without the message; undefined for what is no `Error`. */
  readonly stack: string | undefined;
};

const exceptionsMax = 6;
const messageLengthMax = 1024;
const stackLengthMax = 4096;

/** The exception, its chain of causes and the members of an `AggregateError`, outermost first. Never throws. */
export function exceptionsOf(error: unknown): ExceptionText[] {
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  const texts: ExceptionText[] = [];
  for (let at = 0; at < queue.length && texts.length < exceptionsMax; at++) {
    const one = queue[at];
    if (seen.has(one)) continue;
    seen.add(one);
    texts.push(textOf(one));
    const { cause, errors } = fieldsOf(one);
    if (cause !== undefined) queue.push(cause);
    if (Array.isArray(errors)) queue.push(...errors.slice(0, exceptionsMax));
  }
  return texts;
}

function textOf(error: unknown): ExceptionText {
  const { name, message, stack, constructor: made } = fieldsOf(error);
  if (!(error instanceof Error))
    return { type: typeof error, message: clean(plainText(error), messageLengthMax), stack: undefined };
  const own = typeof message === "string" ? message : "";
  return {
    type: typeName(typeof made === "function" ? made.name : name) ?? typeName(name) ?? "Error",
    message: clean(own, messageLengthMax),
    stack: typeof stack === "string" ? framesOf(stack, own) : "",
  };
}

type Fields = Partial<Record<"name" | "message" | "stack" | "cause" | "errors" | "constructor", unknown>>;

// A getter of somebody else's error may throw.
function fieldsOf(error: unknown): Fields {
  if (typeof error !== "object" || error === null) return {};
  try {
    const { name, message, stack, cause, errors, constructor: made } = error as Fields;
    return { name, message, stack, cause, errors, constructor: made };
  } catch {
    return {};
  }
}

// A thrown object may be a body or a row: only its kind is told.
const plainText = (value: unknown): string =>
  typeof value === "object" && value !== null ? "an object was thrown" : String(value);

// Bundlers rename classes: _DrizzleQueryError is DrizzleQueryError. What is no name may be anything.
const typeName = (name: unknown): string | undefined =>
  typeof name === "string" && /^[A-Za-z_$][\w$]{0,99}$/.test(name) ? name.replace(/^_+/, "") : undefined;

/** The lines of the frames alone: the message stands before them, and has been told already. */
function framesOf(stack: string, message: string): string {
  const at = message === "" ? -1 : stack.indexOf(message);
  const rest = at === -1 ? stack : stack.slice(at + message.length);
  const frames = rest.split("\n").filter((line) => /^\s+at /.test(line));
  return clean(frames.join("\n"), stackLengthMax);
}

// Parsers quote what they could not read, which is a body; so does SQLite with a literal.
const quoted = /"(?:[^"\\\n]|\\.)*(?:"|$)|(?<=[Tt]oken:? )'[^']*'|(?<=unrecognized token: ).*/g;
// Drizzle tells the whole statement; its literals are values too.
const literal = /'(?:[^']|'')*(?:'|$)/g;
const withoutLiterals = (text: string) =>
  text.startsWith("Failed query:") ? text.replace(literal, "?") : text;

const clean = (text: string, lengthMax: number) =>
  withoutControlInLines(scrubAndCut(withoutLiterals(text), lengthMax).replace(quoted, "[quoted]"));

/** All of it as one text, for the attribute `exception.stacktrace`. */
export const stacktraceOf = (texts: readonly ExceptionText[]): string =>
  texts
    .map(({ type, message, stack }) => `${type}: ${message}${stack ? `\n${stack}` : ""}`)
    .join("\nCaused by: ");
