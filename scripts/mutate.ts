import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { mutantsOf } from "../alerts/mutation/mutants.ts";
import { isFirstOfItsKind } from "../alerts/rule-tests.ts";
import { slos } from "../telemetry/slo.ts";
import { readFlags, WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { asMarkdown, type Report, type SuiteReport, score, suiteReport } from "./mutate/report.ts";
import { sample, type Tried, tryMutants } from "./mutate/run.ts";
import { readSuites, type Suite } from "./mutate/suite.ts";
import { ensureTool } from "./stack/build.ts";

const root = join(import.meta.dirname, "..");
const usage = `npm run mutate -- [rule file …] [flags]

Breaks recording rules and alerts one at a time and looks whether their promtool scenarios notice.
Without a name: the first promise of each kind, and the symptoms. What was tried whole goes to docs/rule-mutations.md and .json.

  --share 0.25   every fourth mutant of each operator (1: all)
  --seed 1       which ones
  --jobs 2       how many at a time (one for each core)
  --help         this page

Exits 0 when at least 95 % are killed, 1 when fewer, 3 when it could not find out.`;

// npm run mutate [-- api-availability --share 0.1]
process.exitCode = await runCommand(usage, [WrongFlag], main);

async function main(args: readonly string[]): Promise<number> {
  const { names, share, seed, jobs } = options(args);
  const suites = await chosen(names);
  const promtool = (await ensureTool("prometheus")).binaries.promtool ?? "";
  let report: Report = {};
  for (const suite of suites) {
    const own = suiteReport(suite.groups, await tried(promtool, suite, { share, seed, jobs }));
    report = { ...report, [suite.name]: own };
    if (share === 1) await write(suite.name, own);
  }
  console.log(asMarkdown(report));
  return score(report) >= 0.95 ? 0 : 1;
}

/** Puts what is known of one rule file beside what is known of the others that stand for all. */
async function write(name: string, own: SuiteReport): Promise<void> {
  const json = join(root, "docs/rule-mutations.json");
  const before = JSON.parse(await readFile(json, "utf8").catch(() => "{}")) as Report;
  const all: Report = { ...before, [name]: own };
  const report = Object.fromEntries(
    (await chosen([])).flatMap((suite) =>
      all[suite.name] ? [[suite.name, all[suite.name] as SuiteReport]] : [],
    ),
  );
  await writeFile(join(root, "docs/rule-mutations.md"), asMarkdown(report));
  await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
}

function options(args: readonly string[]) {
  const { values, positionals } = readFlags({
    args: [...args],
    allowPositionals: true,
    options: { share: { type: "string" }, seed: { type: "string" }, jobs: { type: "string" } },
  });
  const number = (name: "share" | "seed" | "jobs", otherwise: number, min: number, max: number) => {
    const value = Number(values[name] ?? otherwise);
    if (value >= min && value <= max) return value;
    throw new WrongFlag(`--${name} is "${values[name]}", it must be a number from ${min} to ${max}.`);
  };
  return {
    names: positionals,
    share: number("share", 1, 0.001, 1),
    seed: number("seed", 0, 0, 1e6),
    jobs: number("jobs", availableParallelism(), 1, 64),
  };
}

async function chosen(names: readonly string[]): Promise<Suite[]> {
  const suites = await readSuites();
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined)
    throw new WrongFlag(
      `There is no rule file "${unknown}". Valid: ${suites.map(({ name }) => name).join(" ")}.`,
    );
  return suites.filter(({ name }) =>
    names.length > 0 ? names.includes(name) : !(name in slos) || isFirstOfItsKind(name, slos),
  );
}

async function tried(
  promtool: string,
  suite: Suite,
  { share, seed, jobs }: { share: number; seed: number; jobs: number },
): Promise<Tried[]> {
  const mutants = sample(mutantsOf(suite.groups), share, seed);
  const started = Date.now();
  let done = 0;
  return tryMutants(promtool, suite, mutants, {
    jobs,
    told: ({ fate, rule, operator, change }) => {
      done++;
      if (fate === "survived") console.log(`survived: ${rule}: ${operator}: ${change}`);
      if (done % 25 && done < mutants.length) return;
      const left = ((Date.now() - started) / done) * (mutants.length - done);
      console.log(`${suite.name}: ${done} of ${mutants.length}, about ${Math.ceil(left / 1000)} s left`);
    },
  });
}
