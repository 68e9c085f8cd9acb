import { fileURLToPath } from "node:url";
import { type SloId, slos } from "../../telemetry/slo.ts";
import { readFlags } from "../flags/read-flags.ts";
import { dataFolder } from "../stack/data-folder.ts";
import { runningUrl } from "../stack/leftovers.ts";

export const usage = `npm run budget [-- flags]

Says for each promise how much of its error budget is left and whether a deploy may go out
(docs/error-budget-policy.md). Exit 0: go or careful. 1: stop. 2: unknown. 3: it could not be found out.

  --prometheus URL   where the rules are evaluated (the system that runs here, else http://127.0.0.1:9090)
  --environment ENV  local, staging or production; all that are recorded when absent
  --slo ID           one promise only, e.g. api-availability
  --json             JSON instead of a table
  --markdown         Markdown, e.g. for a pull request
  --help             this page`;

export type BudgetOptions = {
  readonly prometheus: string;
  readonly environment: string | undefined;
  readonly slos: readonly SloId[];
  readonly format: "table" | "json" | "markdown";
};

/** The question was not understood; one line. */
export class WrongQuestion extends Error {}

const standard = "http://127.0.0.1:9090";
const environments = ["local", "staging", "production"];

/**
 * Reads the flags; without --prometheus the stack that runs in the data folder is asked.
 *
 * @throws WrongFlag, WrongQuestion
 */
export function parseOptions(
  args: readonly string[],
  data = fileURLToPath(new URL("../../.frontdesk", import.meta.url)),
): BudgetOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = readFlags({
    args: [...args],
    options: { prometheus: text, environment: text, slo: text, json: flag, markdown: flag },
  });
  if (values.json && values.markdown) throw new WrongQuestion("Choose --json or --markdown, not both.");
  if (values.environment !== undefined && !environments.includes(values.environment))
    throw new WrongQuestion(
      `--environment "${values.environment}" is unknown. Use one of: ${environments.join(", ")}.`,
    );
  return {
    prometheus: addressOf(values.prometheus ?? runningUrl(dataFolder(data), "prometheus") ?? standard),
    environment: values.environment,
    slos: slosOf(values.slo),
    format: values.json ? "json" : values.markdown ? "markdown" : "table",
  };
}

function slosOf(id: string | undefined): SloId[] {
  const all = Object.keys(slos) as SloId[];
  if (id === undefined) return all;
  const found = all.find((one) => one === id);
  if (!found) throw new WrongQuestion(`--slo "${id}" is no promise. Use one of: ${all.join(", ")}.`);
  return [found];
}

function addressOf(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new WrongQuestion(`--prometheus "${value}" is not an http(s) URL, e.g. ${standard}`);
  return value.replace(/\/$/, "");
}
