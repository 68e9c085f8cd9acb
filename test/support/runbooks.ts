import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export type Language = "promql" | "traceql" | "logsql";
/** One query of a runbook page. */
export type RunbookQuery = { readonly alert: string; readonly query: string };

const folder = resolve(import.meta.dirname, "../../alerts/runbooks");

/** Every query of a language in the pages, page by page. */
export function runbookQueries(language: Language): RunbookQuery[] {
  const pages = readdirSync(folder).filter((name) => name !== "INDEX.md");
  return pages.flatMap((page) =>
    [
      ...readFileSync(join(folder, page), "utf8").matchAll(
        new RegExp(`^\`\`\`${language}\\n(.+?)\\n\`\`\`$`, "gms"),
      ),
    ].map(([, query]) => ({ alert: page.replace(/\.md$/, ""), query: query as string })),
  );
}
