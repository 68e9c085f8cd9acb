import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Schema, Validator } from "@cfworker/json-schema";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parse } from "yaml";
import { prometheusOutput } from "../../scripts/load/k6-output.ts";
import type { Summary } from "../../scripts/load/run-k6.ts";
import { ensureTool } from "../../scripts/stack/build.ts";
import { findGo } from "../../scripts/stack/go.ts";
import { tools } from "../../scripts/stack/tools.ts";
import { load } from "./stores/load-run.ts";
import { poll } from "./stores/poll.ts";
import { query } from "./stores/prometheus.ts";

const { urls, secrets } = inject("frontdesk");
const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

type TestRun = {
  metadata: { name: string };
  spec: {
    parallelism: number;
    arguments: string;
    script: { configMap: { name: string; file: string } };
    runner: { image: string; env: { name: string; value?: string }[] };
  };
};
const text = read("load/distributed/testrun.yaml");
const testRun = parse(text) as TestRun;
const { spec } = testRun;

/** Objects take the fields they name and no others: what an API server says of a manifest under strict validation. */
function closed(schema: Schema): Schema {
  if (schema.items) return { ...schema, items: closed(schema.items as Schema) };
  if (!schema.properties) return schema;
  const fields = Object.entries(schema.properties).map(([name, field]) => [name, closed(field as Schema)]);
  return { ...schema, properties: Object.fromEntries(fields), additionalProperties: false };
}

/** The operator's own definition, by the sum in go.sum. */
async function definition(): Promise<Schema> {
  const cwd = join(root, "scripts/stack/modules/k6-operator");
  const [, module, version] = /require (\S+) (\S+)/.exec(readFileSync(join(cwd, "go.mod"), "utf8")) ?? [];
  const { path: go } = await findGo();
  const { stdout } = await run(go, ["mod", "download", "-json", `${module}@${version}`], { cwd });
  const { Dir: folder } = JSON.parse(stdout) as { Dir: string };
  const crd = parse(readFileSync(join(folder, "config/crd/bases/k6.io_testruns.yaml"), "utf8")) as {
    spec: { versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  const [schema] = crd.spec.versions.filter(({ name }) => `k6.io/${name}` === parse(text).apiVersion);
  // What every object has is not in the definition of one kind.
  return {
    ...closed(schema?.schema.openAPIV3Schema as Schema),
    required: ["apiVersion", "kind", "metadata", "spec"],
  };
}

describe("the TestRun for k6-operator", () => {
  let complaints: (manifest: string) => string[];
  beforeAll(async () => {
    const { properties = {}, ...rest } = await definition();
    const validator = new Validator(
      { ...rest, properties: { ...properties, metadata: { type: "object" } } },
      "7",
      false,
    );
    complaints = (manifest) =>
      validator
        .validate(parse(manifest))
        .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  });
  it("is what the operator's definition asks for", () => expect(complaints(text)).toEqual([]));
  it.each([
    ["a misspelt field", "parallelism:", "paralellism:", /paralellism/],
    ["runners as a text", "parallelism: 4", "parallelism: four", /#\/spec\/parallelism.*integer/],
    ["a script that is no map", "      name: frontdesk-load\n      file", "      file", /configMap.*name/],
    ["a field of the pod that is none", "valueFrom:", "valueOf:", /valueOf/],
    ["memory as a list", "memory: 1Gi", "memory: [1]", /memory/],
  ])("would not be with %s", (_what, from, to, says) => {
    expect(text).toContain(from);
    expect(complaints(text.replace(from, to)).join("\n")).toMatch(says);
  });
  it("takes its script from the map that kustomize makes, the pinned k6, and the output of a local run", () => {
    const { configMapGenerator } = parse(read("load/distributed/kustomization.yaml")) as {
      configMapGenerator: { name: string; files: string[] }[];
    };
    const { name, file } = spec.script.configMap;
    expect(configMapGenerator).toEqual([{ name, files: [file] }]);
    expect(spec.runner.image).toBe(tools.k6.image.ref);
    const stores = { prometheus: "http://prometheus:9090", tempo: undefined };
    const given = Object.fromEntries(spec.runner.env.map((one) => [one.name, one.value]));
    expect(given).toMatchObject(prometheusOutput({ stores }).env);
  });
});

describe("the archive that the runners share", () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-distributed-"));
  const archive = join(folder, "archive.tar");
  const args = spec.arguments.split(" ");
  let k6: string;
  beforeAll(async () => {
    k6 = (await ensureTool("k6")).binaries.k6 ?? "";
    const packed = await load(
      "steady",
      "--target",
      urls.api,
      "--rate",
      "8",
      "--duration",
      "4",
      "--archive",
      archive,
    );
    expect([packed.exit, packed.stdout]).toEqual([
      0,
      `${archive}: steady against ${urls.api}, for 4 runners.\n`,
    ]);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is understood by the operator's initializer, and holds no token", async () => {
    // As pkg/types/k6cli.go does: what is no argument of `k6 archive` is left out.
    const own = args.filter((arg) => !["--no-usage-report", "--out", "opentelemetry"].includes(arg));
    const again = join(folder, "again.tar");
    await run(k6, ["archive", archive, "-e", "RUN_ID=", "-e", "TRACE_TOKEN=", "-O", again, ...own]);
    const { stdout } = await run(k6, ["inspect", "--execution-requirements", again]);
    expect(JSON.parse(stdout)).toMatchObject({ totalDuration: "1m4s", rps: 75 });
    expect(readFileSync(archive, "latin1")).not.toContain(secrets.TRACE_TOKEN);
  });

  it("is played once by all runners together, each with a tenant of its own, and told apart in Prometheus", async () => {
    const count = spec.parallelism;
    const edges = Array.from({ length: count + 1 }, (_, at) =>
      at === 0 ? "0" : at === count ? "1" : `${at}/${count}`,
    );
    const { host } = new URL(urls.prometheus);
    const name = `${testRun.metadata.name}-${Date.now().toString(36)}`;
    const runner = async (index: number) => {
      const given = Object.fromEntries(spec.runner.env.map((one) => [one.name, one.value ?? ""]));
      const own = { RUN_ID: `${name}-${index}`, TRACE_TOKEN: secrets.TRACE_TOKEN };
      const env = { ...process.env, ...given, ...own, K6_OTEL_HTTP_EXPORTER_ENDPOINT: host };
      // As pkg/resources/jobs/runner.go says it.
      const segment = [
        `--execution-segment=${edges[index - 1]}:${edges[index]}`,
        `--execution-segment-sequence=${edges.join(",")}`,
      ];
      const tags = ["--tag", `instance_id=${index}`, "--tag", `testrun_name=${name}`];
      const command = ["run", "--quiet", ...segment, ...args, archive, "--address=127.0.0.1:0", ...tags];
      const { stdout } = await run(k6, command, { env, maxBuffer: 1e7 });
      return JSON.parse(stdout) as Summary;
    };
    const summaries = await Promise.all(Array.from({ length: count }, (_, at) => runner(at + 1)));
    const counted = (metric: string) => summaries.map(({ metrics }) => metrics[metric]?.values.count ?? 0);
    const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
    expect(new Set(summaries.map(({ run: { run_id } }) => run_id)).size).toBe(count);
    expect(Math.abs(sum(counted("iterations")) - 32)).toBeLessThanOrEqual(1);
    expect(Math.min(...counted("iterations"))).toBeGreaterThan(0);
    const stored = () =>
      query(urls.prometheus, `sum by (instance_id) (k6_http_reqs_total{testrun_name="${name}"})`);
    const samples = await poll(
      stored,
      (found) => sum(found.map(({ value }) => value)) === sum(counted("http_reqs")),
    );
    expect(samples.map(({ metric, value }) => [metric.instance_id, value]).sort()).toEqual(
      counted("http_reqs").map((value, at) => [String(at + 1), value]),
    );
  });
});
