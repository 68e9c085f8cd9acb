import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { measureSize } from "../../../scripts/bench/size.ts";
import { variants } from "../../../scripts/bench/variants.ts";

// The goal is 40 KB; this holds what is reached, so that growth is a decision.
const addedBytesMax = 57_000;

it("the kit adds no more than its limit to a bare Worker, minified", async () => {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-size-"));
  try {
    const chosen = variants.filter(({ id }) => id === "none" || id === "direct");
    const { none, direct } = await measureSize({ folder, variants: chosen });
    expect(none?.bytes).toBeGreaterThan(10_000);
    expect(direct?.addedBytes).toBeGreaterThan(10_000);
    expect(direct?.addedBytes).toBeLessThanOrEqual(addedBytesMax);
    // Not a byte of a package: the tables and rooms of the kit are all.
    const { "the Worker": _, ...rooms } = direct?.addedBytesBy ?? {};
    expect(Object.keys(rooms).filter((place) => !place.startsWith("telemetry"))).toEqual([]);
    expect(Object.keys(rooms)).toContain("telemetry/kit/export");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
