import { verdictPicture } from "./charts.ts";
import { html } from "./html.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { LoadResult } from "./result.ts";

/** Files of `--report`, by their names. */
export const formats = {
  "verdict.json": (result: LoadResult) => `${JSON.stringify(result, finite, 2)}\n`,
  "junit.xml": junit,
  "verdict.md": markdown,
  "verdict.html": html,
  "verdict.svg": verdictPicture,
} as const satisfies Record<string, (result: LoadResult) => string>;

/** JSON has no Infinity: a bound or a number of requests that does not exist is null. */
const finite = (_key: string, value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? null : value;
