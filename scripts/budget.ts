import { worstVerdict } from "../telemetry/derive/budget.ts";
import { parseOptions, usage, WrongQuestion } from "./budget/options.ts";
import { NoAnswer, readBudgets } from "./budget/read.ts";
import { asJson, asMarkdown, asTable } from "./budget/report.ts";
import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";

const exitCodes = { go: 0, careful: 0, stop: 1, unknown: 2 } as const;
const formats = { table: asTable, json: asJson, markdown: asMarkdown } as const;

// npm run budget [-- --environment production --markdown]
process.exitCode = await runCommand(usage, [NoAnswer, WrongFlag, WrongQuestion], main);

async function main(args: readonly string[]): Promise<number> {
  const { prometheus, environment, slos, format } = parseOptions(args);
  const all = await readBudgets(prometheus, slos);
  const budgets = all.filter((budget) => environment === undefined || budget.environment === environment);
  if (budgets.length === 0)
    throw new NoAnswer(`Prometheus has nothing of the environment "${environment}" in the last 30 days.`);
  console.log(formats[format](budgets));
  return exitCodes[worstVerdict(budgets.map(({ verdict }) => verdict))];
}
