/**
 * k6 logs `level=error msg="…"`: the messages alone, without repeats, the last three of them.
 *
 * @param log  what k6 wrote to standard error
 * @returns    its last line where it logged no error; never empty
 */
export function lastErrors(log: string): string {
  const found = [...log.matchAll(/level=error msg="((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] ?? "").replace(/\\n.*/s, "").replace(/\\"/g, '"'),
  );
  return (
    [...new Set(found)].slice(-3).join("; ") || log.trim().split("\n").slice(-1).join("") || "it said nothing"
  );
}
