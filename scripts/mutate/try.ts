import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { yaml } from "../../alerts/rule-file.ts";
import type { Reach } from "./reach.ts";
import type { TestCase } from "./suite.ts";

const run = promisify(execFile);

/** killed: a scenario fails. survived: none does. invalid: Prometheus does not take the rule, so nobody could ship it. */
export type Fate =
  | { readonly fate: "killed"; readonly by: string }
  | { readonly fate: "survived" | "invalid" };

/** Scenarios that kill much go first, those that killed the same kind of mutant before all, then the short ones. */
export class Order {
  readonly #kills = new Map<string, number>();
  sorted(kind: string, tests: readonly TestCase[]): TestCase[] {
    const weight = ({ name }: TestCase) =>
      1e3 * (this.#kills.get(pair(kind, name)) ?? 0) + (this.#kills.get(name) ?? 0);
    return [...tests].sort((a, b) => weight(b) - weight(a) || lengthOf(a) - lengthOf(b));
  }
  killed(kind: string, by: string): void {
    for (const key of [by, pair(kind, by)]) this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
  }
}

const pair = (kind: string, test: string) => `${kind}\n${test}`;
const lengthOf = (test: TestCase): number => JSON.stringify(test).length;

/**
 * Puts broken rules before their scenarios: the likeliest one alone, then a few, then the rest.
 *
 * @param folder  where the files of this try may stand; nobody else uses it meanwhile
 * @throws Error when promtool says something that is neither a failed scenario nor a refused rule
 */
export async function tryRules(
  promtool: string,
  folder: string,
  { kind, groups, tests: reached }: Reach & { readonly kind: string },
  order: Order,
): Promise<Fate> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "x.rules.yaml"), yaml({ groups }));
  const tests = order.sorted(kind, reached);
  for (const batch of [tests.slice(0, 1), tests.slice(1, 4), tests.slice(4)])
    for (const [said, same] of Map.groupBy(batch, (test) => JSON.stringify(test.file))) {
      const file = {
        ...(JSON.parse(said) as TestCase["file"]),
        rule_files: ["x.rules.yaml"],
        tests: same.map(({ file: _, ...test }) => test),
      };
      await writeFile(join(folder, "x.test.yaml"), yaml(file));
      const complaint = await verdict(promtool, folder);
      if (complaint === undefined) continue;
      if (/could not parse|parse error/.test(complaint)) return { fate: "invalid" };
      if (!/exp:|err:/.test(complaint)) throw new Error(`promtool said: ${complaint}`);
      const by = same.find(({ name }) => complaint.includes(name))?.name ?? same[0]?.name ?? "";
      order.killed(kind, by);
      return { fate: "killed", by };
    }
  return { fate: "survived" };
}

/** What promtool complains about; undefined when all is well. */
const verdict = (promtool: string, folder: string): Promise<string | undefined> =>
  run(promtool, ["test", "rules", "x.test.yaml"], { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).then(
    () => undefined,
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ""}${error.stderr ?? ""}`,
  );
