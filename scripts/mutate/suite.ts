import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ParseOptions, parse, type SchemaOptions } from "yaml";
import type { RuleGroup } from "../../alerts/rule.ts";

type Expectation = { readonly expr: string; readonly exp_samples?: readonly { readonly labels: string }[] };
/** One scenario of a promtool test file, as it stands there. */
export type TestCase = {
  readonly name: string;
  readonly interval: string;
  readonly promql_expr_test?: readonly Expectation[];
  readonly alert_rule_test?: readonly { readonly alertname: string }[];
  /** What the file says of all its scenarios. */
  readonly file: { readonly evaluation_interval: string; readonly group_eval_order?: readonly string[] };
};
/** A rule file as Prometheus reads it, and all scenarios that load it. */
export type Suite = {
  readonly name: string;
  readonly groups: readonly RuleGroup[];
  readonly tests: readonly TestCase[];
};

const generated = join(import.meta.dirname, "../../alerts/generated");
const handWritten = join(import.meta.dirname, "../../alerts/tests");
/** promtool's `0x60` is sixty zeros, not a number in hex. */
const asWritten: ParseOptions & SchemaOptions = {
  customTags: (tags) => tags.filter((tag) => typeof tag === "string" || tag.format !== "HEX"),
};
const ending = ".rules.yaml";

type TestFile = { readonly ruleFiles: readonly string[]; readonly tests: readonly TestCase[] };

/** The scenarios of a promtool test file, and the rule files that they load. */
export async function readTests(path: string): Promise<TestFile> {
  const { rule_files, tests, ...file } = parse(await readFile(path, "utf8"), asWritten) as {
    readonly rule_files: readonly string[];
    readonly tests: readonly Omit<TestCase, "file">[];
  } & TestCase["file"];
  return { ruleFiles: rule_files, tests: tests.map((test) => ({ ...test, file })) };
}

/** The groups of a rule file. */
export async function readRules(path: string): Promise<RuleGroup[]> {
  const { groups } = parse(await readFile(path, "utf8")) as { groups: RuleGroup[] };
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, labels: rule.labels ?? {} })),
  })) as RuleGroup[];
}

/** The rule files that are shipped, with their tests, whoever wrote them. */
export async function readSuites(): Promise<Suite[]> {
  const files = await Promise.all(
    [generated, handWritten].map(async (folder) =>
      (await readdir(folder))
        .filter((name) => name.endsWith(".test.yaml"))
        .map((name) => readTests(join(folder, name))),
    ),
  );
  const tests = await Promise.all(files.flat());
  const names = (await readdir(generated)).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    names.map(async (file) => ({
      name: file.slice(0, -ending.length),
      groups: await readRules(join(generated, file)),
      tests: tests.flatMap(({ ruleFiles, tests: own }) =>
        ruleFiles.some((path) => path.endsWith(`/${file}`) || path === file) ? own : [],
      ),
    })),
  );
}
