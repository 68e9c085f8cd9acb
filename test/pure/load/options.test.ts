import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shapeNames } from "../../../load/shapes.ts";
import { writeArchive } from "../../../scripts/load/distribute.ts";
import { parseOptions } from "../../../scripts/load/options.ts";
import { dataFolder, openDataFolder } from "../../../scripts/stack/data-folder.ts";
import { claimDataFolder } from "../../../scripts/stack/leftovers.ts";

async function claimed(): Promise<{ data: string; claim: Awaited<ReturnType<typeof claimDataFolder>> }> {
  const data = mkdtempSync(join(tmpdir(), "frontdesk-options-"));
  await openDataFolder(dataFolder(data));
  return { data, claim: await claimDataFolder(dataFolder(data)) };
}

describe("The target of a load run", () => {
  it("is the Frontdesk that runs here, on whatever port, until it has ended", async () => {
    const { data, claim } = await claimed();
    claim.serve({ api: "http://127.0.0.1:4711" });
    await claim.record([]);
    expect(parseOptions(["smoke"], data)).toMatchObject({
      target: "http://127.0.0.1:4711",
      targetIs: "the one that runs here",
    });
    await claim.release();
    expect(parseOptions(["smoke"], data)).toMatchObject({
      target: "http://127.0.0.1:8787",
      targetIs: "the standard address; no run is recorded",
    });
  });

  it("is what --target says, before anything else", async () => {
    const { data, claim } = await claimed();
    claim.serve({ api: "http://127.0.0.1:4711" });
    await claim.record([]);
    const { target, targetIs } = parseOptions(["smoke", "--target", "http://staging.there:1/x"], data);
    expect([target, targetIs]).toEqual(["http://staging.there:1", undefined]);
    await claim.release();
  });

  it("is production unless its host is local or says staging, and then it must be meant", () => {
    for (const host of [
      "frontdesk.example",
      "api.frontdesk.example",
      "10.0.0.7",
      "stagingfrontdesk.example",
    ]) {
      expect(() => parseOptions(["smoke", "--target", `https://${host}`])).toThrow(
        /may be production.*--production/,
      );
      expect(parseOptions(["smoke", "--target", `https://${host}`, "--production"]).target).toBe(
        `https://${host}`,
      );
    }
    for (const host of [
      "localhost:1",
      "127.0.0.1:1",
      "demo.localhost",
      "api.staging.frontdesk.example",
      "frontdesk-staging.x.dev",
    ])
      expect(parseOptions(["smoke", "--target", `https://${host}`]).target).toContain(host);
  });
});

describe("An archive for runners elsewhere", () => {
  it("needs a target that they can reach", () => {
    expect(() => parseOptions(["steady", "--archive", "a.tar"])).toThrow(/--archive needs a --target/);
    expect(parseOptions(["steady", "--archive", "a.tar", "--target", "https://staging.x"]).archive).toBe(
      "a.tar",
    );
  });
  it("keeps to the stated rate with all of them together", async () => {
    const options = parseOptions(["smoke", "--target", "http://localhost"]);
    await expect(writeArchive("/nonexistent/k6", { ...options, maxRequestRate: 3 }, "a.tar")).rejects.toThrow(
      "--max-rate 3 is less than one request a second for each of 4 runners.",
    );
  });
});

describe("The rate of a load run", () => {
  it("is refused when the plan could exceed what is allowed, and is a hard limit for k6 besides", () => {
    expect(() => parseOptions(["steady", "--duration", "5m"])).toThrow(
      '--duration takes a whole number of seconds from 1, not "5m".',
    );
    expect(() => parseOptions(["spike", "--rate", "30"])).toThrow(
      /450 requests each second .* allowed are 300/,
    );
    expect(parseOptions(["spike", "--rate", "30", "--max-rate", "450"]).maxRequestRate).toBe(450);
  });
  it("is allowed for every shape as it is", () => {
    for (const shape of shapeNames) expect(parseOptions([shape]).shape).toBe(shape);
  });
  it("takes its tokens from the environment", () =>
    expect(
      parseOptions(["smoke", "--target", "http://127.0.0.1:1"], undefined, {
        HEALTH_TOKEN: "h",
        TRACE_TOKEN: "t",
      }),
    ).toMatchObject({ healthToken: "h", traceToken: "t", stores: { prometheus: undefined } }));
});
