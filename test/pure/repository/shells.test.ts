import { describe, expect, it } from "vitest";
import { bundle } from "../../../scripts/bundle/dry-run.ts";

const of = (shell: string) => `telemetry/kit/shells/${shell}.ts`;
const foreign = /otel-cf-workers|sdk-trace|@opentelemetry\/otlp-/;

describe("the shell that is built", { timeout: 120_000 }, () => {
  it("is direct unless said otherwise, with not a byte of the package or its SDK", async () => {
    const built = await bundled([]);
    expect(built.inputs).toContain(of("direct"));
    expect(built.inputs.filter((path) => foreign.test(path))).toEqual([]);
    expect(built.code).not.toContain("otel-cf-workers");
  });
  it("is the package's when the alias says so, and direct is not there", async () => {
    const built = await bundled(["--alias", `#telemetry-shell:./${of("otel-cf-workers")}`]);
    expect(built.inputs).toContain(of("otel-cf-workers"));
    expect(built.inputs.filter((path) => /@microlabs\/otel-cf-workers\//.test(path))).toHaveLength(1);
    expect(built.inputs).not.toContain(of("direct"));
  });
});

async function bundled(flags: readonly string[]) {
  const result = await bundle("production", flags);
  if (result.outcome !== "bundled") throw new Error(result.message);
  return result;
}
