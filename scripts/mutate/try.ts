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

/** Which scenarios to try first: those that killed the same kind of mutant, then those that kill much, always for what they take. */
export class Order {
  readonly #kills = new Map<string, number>();
  readonly #took: ReadonlyMap<string, number>;
  /** @param took  milliseconds that each scenario needs, by its key */
  constructor(took: ReadonlyMap<string, number>) {
    this.#took = took;
  }
  sorted(kind: string, tests: readonly TestCase[]): TestCase[] {
    const kills = (key: string) => this.#kills.get(key) ?? 0;
    const worth = (test: TestCase) => {
      const key = keyOf(test);
      return (1 + kills(key) + 1e3 * kills(pair(kind, key))) / (this.#took.get(key) ?? 1e3);
    };
    return [...tests].sort((a, b) => worth(b) - worth(a));
  }
  killed(kind: string, by: TestCase): void {
    for (const key of [keyOf(by), pair(kind, keyOf(by))])
      this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
  }
}

const pair = (kind: string, test: string) => `${kind}\n${test}`;
/** Pages and tickets have scenarios of the same name, at another pace. */
export const keyOf = ({ name, file }: TestCase): string => `${name} ${file.evaluation_interval}`;

/**
 * Puts broken rules before their scenarios: the likeliest one alone, then twice as many each time.
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
  for (let from = 0; from < tests.length; from = 2 * from + 1)
    for (const [said, same] of Map.groupBy(tests.slice(from, 2 * from + 1), (test) =>
      JSON.stringify(test.file),
    )) {
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
      const by = same.find(({ name }) => complaint.includes(name)) ?? (same[0] as TestCase);
      order.killed(kind, by);
      return { fate: "killed", by: by.name };
    }
  return { fate: "survived" };
}

/** What promtool complains about; undefined when all is well. */
const verdict = (promtool: string, folder: string): Promise<string | undefined> =>
  run(promtool, ["test", "rules", "x.test.yaml"], { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).then(
    () => undefined,
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ""}${error.stderr ?? ""}`,
  );
