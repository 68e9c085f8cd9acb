import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFlags } from "../../flags/read-flags.ts";
import { BrokenBench } from "../broken.ts";
import { plotPower } from "./plot.ts";
import { renderVerified } from "./render.ts";
import { verifyVerdict } from "./verify.ts";

const runsUsual = 10_000;

/** `npm run bench -- verdict [--rounds N] [--seed N]`: writes docs/verdict.* after a whole run, prints a shorter one. */
export async function benchVerdict(args: readonly string[], docs: string): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = readFlags({ args: [...args], options: { rounds: text, seed: text } });
  const number = (flag: string, value: string | undefined, usual: number) => {
    if (value !== undefined && !/^[1-9]\d{0,5}$/.test(value))
      throw new BrokenBench(`--${flag} takes a whole number, not "${value}".`);
    return value === undefined ? usual : Number(value);
  };
  const runs = number("rounds", values.rounds, runsUsual);
  const verified = verifyVerdict(runs, number("seed", values.seed, 1), (line) =>
    process.stderr.write(`${line}\n`),
  );
  if (runs < runsUsual) {
    console.log(renderVerified(verified));
    return 0;
  }
  await writeFile(join(docs, "verdict.json"), `${JSON.stringify(verified, null, 2)}\n`);
  await writeFile(join(docs, "verdict.md"), renderVerified(verified));
  await writeFile(join(docs, "verdict.svg"), plotPower(verified));
  const wrong = Math.max(...verified.cases.flatMap(({ counts }) => [counts.pass, counts.fail])) / runs;
  console.log(
    `docs/verdict.md is written; the most frequent wrong verdict comes in ${(wrong * 100).toFixed(2)} % of runs.`,
  );
  return wrong <= 0.05 ? 0 : 1;
}
