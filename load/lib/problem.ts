// Pure, no k6: scripts/seed.ts says it in the same words.

/**
 * What a refused request answered, in one line: code, detail and every field that was wrong.
 *
 * @param body  an RFC 9457 document; anything else is shown as it is, cut
 */
export function problemWords(body: string): string {
  const problem = parse(body);
  const [code, detail] = [words(problem.code), words(problem.detail) || words(problem.title)];
  if (code === "" && detail === "") return body.replace(/\s+/g, " ").trim().slice(0, 200);
  const errors = Array.isArray(problem.errors) ? problem.errors.map(fieldWords) : [];
  const fields = errors.length > 0 ? ` (${errors.join("; ")})` : "";
  return `${[code, detail].filter((part) => part !== "").join(": ")}${fields}`;
}

function fieldWords(error: unknown): string {
  const { pointer, detail } = object(error);
  return `${words(pointer)} ${words(detail)}`.trim();
}

function parse(body: string): Record<string, unknown> {
  try {
    return object(JSON.parse(body));
  } catch {
    return {};
  }
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const words = (value: unknown): string => (typeof value === "string" ? value : "");
