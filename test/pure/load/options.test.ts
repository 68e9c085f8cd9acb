import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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
    const { target, targetIs } = parseOptions(["smoke", "--target", "http://there:1/x"], data);
    expect([target, targetIs]).toEqual(["http://there:1", undefined]);
    await claim.release();
  });
});
