import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ensureTool } from "../../scripts/stack/build.ts";
import { collectorFiles, overlays } from "../../scripts/stack/overlays.ts";

const run = promisify(execFile);
const buildTimeoutMs = 900_000;

/** What `otelcol validate` says about the files merged in this order; empty when it is content. */
async function validate(files: readonly string[], env: Record<string, string>): Promise<string> {
  const { binaries } = await ensureTool("collector");
  const args = ["validate", ...files.map((file) => `--config=${file}`)];
  return run(binaries.otelcol ?? "", args, { env }).then(
    () => "",
    (error: { stderr: string }) => error.stderr,
  );
}

const dummies = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, name.endsWith("ENDPOINT") ? "http://x.example" : "5"]));

describe("the collector's own validate accepts", () => {
  it(
    "the front",
    async () => expect(await validate(["telemetry/collector/front.yaml"], {})).toBe(""),
    buildTimeoutMs,
  );

  it("the base", async () => expect(await validate(collectorFiles, {})).toBe(""), buildTimeoutMs);

  for (const [path, names] of Object.entries(overlays)) {
    it(
      `the base with ${path}`,
      async () => expect(await validate([...collectorFiles, path], dummies(names))).toBe(""),
      buildTimeoutMs,
    );
  }

  it(
    "all overlays together",
    async () => {
      const all = Object.entries(overlays);
      const env = Object.assign({}, ...all.map(([, names]) => dummies(names))) as Record<string, string>;
      expect(await validate([...collectorFiles, ...all.map(([path]) => path)], env)).toBe("");
    },
    buildTimeoutMs,
  );
});

it(
  "the collector's own validate refuses an overlay without its variables",
  async () => {
    expect(
      await validate([...collectorFiles, "telemetry/collector/overlays/grafana-cloud.yaml"], {}),
    ).toContain("endpoint");
  },
  buildTimeoutMs,
);
